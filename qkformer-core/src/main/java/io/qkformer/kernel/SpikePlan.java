package io.qkformer.kernel;

/**
 * How sums of weight rows read one image: by the bits of its counts, or, where that leaves fewer rows, by the bits of
 * what the counts differ from their channels' medians by.
 *
 * @param planes  of the counts that have a bit set
 * @param medians what is taken from the counts, or null
 * @param rows    weight rows that are added per output pixel and tap, over all pixels; from the medians' samples where
 *                there are medians; -1 where the image holds other values than small counts
 */
record SpikePlan(int planes, MedianCounts medians, long rows) {

  /** What of an image may select rows. */
  enum Reading {
    /** The bits of its counts. */
    COUNTS,
    /** Those, or else what the counts differ from their medians by, whichever are fewer rows. */
    FEWER
  }

  /** Bits per element below which medians are not looked for. */
  private static final double SPARSE = 0.1;
  /** The share of the rows that medians must leave at most, for what they cost themselves. */
  private static final double WORTHWHILE = 0.9;

  /** Going through a word in two loops, one for each sign, against one loop; measured. */
  private static final double SIGNED_VISIT = 1.6;

  private static final SpikePlan NONE = new SpikePlan(0, null, -1);

  /** The plan for an image of {@code [pixel][channel]} from element {@code from} on. */
  static SpikePlan of(SpikeSource x, long from, int pixels, int channels, Reading reading, Scratch scratch) {
    long count = (long) pixels * channels;
    int planes = 0;
    long rows = 0;
    for (int plane = 0; plane < x.planes(); plane++) {
      long ones = x.ones(plane, from, count);
      if (ones < 0) {
        return NONE;
      }
      planes = ones > 0 ? plane + 1 : planes;
      rows += ones;
    }
    if (reading == Reading.FEWER && rows > SPARSE * count) {
      MedianCounts medians = MedianCounts.of(x, from, pixels, channels, planes, scratch);
      long left = Math.round(medians.rows() * pixels);
      if (medians.any() && left < WORTHWHILE * rows) {
        return new SpikePlan(planes, medians, left);
      }
    }
    return new SpikePlan(planes, null, rows);
  }

  /** Planes of a pixel's words that are gone through, about. */
  double visits() {
    return medians == null ? planes : SIGNED_VISIT * medians.visits();
  }

  /** Planes of 64 words that tell what 64 pixels or channels select: the bits and, with medians, a sign. */
  int words() {
    return medians == null ? planes : planes + 1;
  }

  /**
   * Adds the rows that one chunk selects.
   *
   * @param selected {@code [words][64]} from {@code at} on
   * @param used     the planes that have any bit, plane p as bit p
   * @param rows     of y
   */
  void addRows(Kernels kernels, float[] w, int wAt, int wRow, int columns, long[] selected, int at, int used, int rows,
      float[] y, int yAt, int yRow) {
    for (int plane = 0; plane < planes; plane++) {
      int from = at + plane * Long.SIZE;
      if ((used >>> plane & 1) == 0) {
        continue;
      }
      if (medians == null) {
        kernels.addSelectedRows(w, wAt, wRow, columns, selected, from, rows, 1 << plane, y, yAt, yRow);
      } else {
        kernels.addSignedRows(w, wAt, wRow, columns, selected, from, at + planes * Long.SIZE, rows, 1 << plane, y, yAt,
            yRow);
      }
    }
  }
}
