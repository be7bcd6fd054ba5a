package io.qkformer.kernel;

/**
 * How sums of weight rows read one image: plane by plane, and a plane of which more than half is set by the bits that are
 * not, because the sum of the rows at the set bits is the sum of all rows less that at the others.
 *
 * @param planes   that have a bit set
 * @param inverted bit p says that plane p is read by the bits that are not set
 * @param rows     weight rows that are added per output pixel and tap, over all pixels; -1 where the image holds other
 *                 values than small counts
 */
record SpikePlan(int planes, int inverted, long rows) {

  /** Which bits of a plane may select rows. */
  enum Reading {
    /** Those that are set. */
    SET,
    /** Those that are set, or else those that are not, whichever are fewer. */
    FEWER
  }

  private static final SpikePlan NONE = new SpikePlan(0, 0, -1);

  /** The plan for {@code count} elements. */
  static SpikePlan of(SpikeSource x, long from, long count, Reading reading) {
    int planes = 0;
    int inverted = 0;
    long rows = 0;
    for (int plane = 0; plane < x.planes(); plane++) {
      long ones = x.ones(plane, from, count);
      if (ones < 0) {
        return NONE;
      }
      planes = ones > 0 ? plane + 1 : planes;
      boolean fewerUnset = reading == Reading.FEWER && 2 * ones > count;
      inverted |= fewerUnset ? 1 << plane : 0;
      rows += fewerUnset ? count - ones : ones;
    }
    return new SpikePlan(planes, inverted, rows);
  }

  boolean inverts(int plane) {
    return (inverted >>> plane & 1) == 1;
  }

  /** What a selected row of a plane is multiplied by: {@code 2^plane}, negative where the unset bits select. */
  float scale(int plane) {
    return inverts(plane) ? -(1 << plane) : 1 << plane;
  }
}
