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

  /** Lists of a {@link RowSelection} for 64 pixels or channels: one for each plane or, with medians, two. */
  int lists() {
    return medians == null ? planes : 2 * planes;
  }

  /**
   * Makes lists of what some pixels or channels select.
   *
   * @param list  the first of {@link #lists}
   * @param words {@code [words][64]}
   * @param used  the planes that have any bit, plane p as bit p
   * @param sums  how many pixels or channels
   */
  void select(RowSelection selection, int list, long[] words, int used, int sums, Scratch scratch) {
    for (int plane = 0; plane < planes; plane++) {
      boolean any = (used >>> plane & 1) != 0;
      int from = plane * Long.SIZE;
      if (medians != null && any) {
        selection.setSigned(list + 2 * plane, words, from, planes * Long.SIZE, sums, scratch);
      } else if (medians != null) {
        selection.clear(list + 2 * plane);
        selection.clear(list + 2 * plane + 1);
      } else if (any) {
        selection.set(list + plane, words, from, sums, scratch);
      } else {
        selection.clear(list + plane);
      }
    }
  }

  /**
   * Adds the rows that the lists of {@link #select} tell.
   *
   * @param list the first of them
   */
  void addRows(Kernels kernels, float[] w, int wAt, int wRow, int columns, RowSelection selection, int list, float[] y, int yAt,
      int yRow) {
    for (int plane = 0; plane < planes; plane++) {
      float scale = 1 << plane;
      if (medians == null) {
        kernels.addSelectedRows(w, wAt, wRow, columns, selection, list + plane, scale, y, yAt, yRow);
      } else {
        kernels.addSelectedRows(w, wAt, wRow, columns, selection, list + 2 * plane, scale, y, yAt, yRow);
        kernels.addSelectedRows(w, wAt, wRow, columns, selection, list + 2 * plane + 1, -scale, y, yAt, yRow);
      }
    }
  }
}
