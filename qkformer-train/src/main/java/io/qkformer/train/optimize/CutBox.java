package io.qkformer.train.optimize;

import io.qkformer.train.reference.TimmRelease;

/**
 * The part of an image that cutmix (arXiv 1905.04899) takes from the partner: rows [top, bottom) and columns
 * [left, right). May be empty.
 */
public record CutBox(int top, int bottom, int left, int right) {

  /** Checks the borders. */
  public CutBox {
    requireRange("rows", top, bottom);
    requireRange("columns", left, right);
  }

  private static void requireRange(String name, int from, int to) {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException(name + " must be [from, to) with 0 <= from <= to, got ["
          + from + ", " + to + ")");
    }
  }

  /**
   * timm's {@code rand_bbox}: a box of the image's proportions about a centre, as large as the share 1 -
   * lambda of the image, clipped to it.
   *
   * @param lambda of sample and image as one number in double, {@link MixMode#BATCH}, in [0, 1]
   */
  public static CutBox around(int height, int width, double lambda, int centreY, int centreX,
      TimmRelease release) {
    MixingPlan.requireShare(lambda);
    double ratio = Math.sqrt(1 - lambda);
    return around(height, width, (int) (height * ratio), (int) (width * ratio), centreY, centreX, release);
  }

  /** The same for a lambda that timm keeps as float32, with which it then computes: the other modes. */
  public static CutBox around(int height, int width, float lambda, int centreY, int centreX,
      TimmRelease release) {
    MixingPlan.requireShare(lambda);
    float ratio = (float) Math.sqrt(1 - lambda);
    return around(height, width, (int) (height * ratio), (int) (width * ratio), centreY, centreX, release);
  }

  /** A box of a size. */
  public static CutBox at(int top, int left, int height, int width) {
    return new CutBox(top, top + height, left, left + width);
  }

  private static CutBox around(int height, int width, int cutHeight, int cutWidth, int centreY, int centreX,
      TimmRelease release) {
    int odd = release == TimmRelease.V1_0 ? 1 : 0;
    return new CutBox(clip(centreY - cutHeight / 2, height), clip(centreY + (cutHeight + odd) / 2, height),
        clip(centreX - cutWidth / 2, width), clip(centreX + (cutWidth + odd) / 2, width));
  }

  private static int clip(int value, int limit) {
    return Math.max(0, Math.min(limit, value));
  }

  /** How many pixels it has. */
  public long area() {
    return (long) (bottom - top) * (right - left);
  }

  /** The share of the image that is outside: lambda corrected for what was clipped. */
  public double shareOutside(int height, int width) {
    return 1 - area() / (double) ((long) height * width);
  }
}
