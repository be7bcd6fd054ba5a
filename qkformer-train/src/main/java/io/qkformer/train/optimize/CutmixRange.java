package io.qkformer.train.optimize;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.reference.TimmRelease;

/**
 * Boxes whose sides are drawn between two shares of the image's sides, whatever lambda is: timm's
 * {@code cutmix_minmax}, {@code rand_bbox_minmax}.
 *
 * @param min the smallest share, in [0, max)
 * @param max the largest, exclusive after rounding down to pixels; at most 1
 */
public record CutmixRange(double min, double max) {

  /** Integers [low, high) of which one is drawn. */
  public record Range(int low, int high) {

    private int draw(RandomStream random) {
      return low + random.nextInt(high - low);
    }
  }

  /** Checks the shares. */
  public CutmixRange {
    if (!(min >= 0 && min < max && max <= 1)) {
      throw new IllegalArgumentException("cutmixMinmax must be [min, max] with 0 <= min < max <= 1, got ["
          + min + ", " + max + "]");
    }
  }

  /**
   * Between which lengths a box's side is drawn.
   *
   * @param side the image's height or width
   * @throws IllegalArgumentException when the image is so small that there is none
   */
  public Range lengths(int side) {
    Range range = new Range((int) (side * min), (int) (side * max));
    if (range.low() >= range.high()) {
      throw new IllegalArgumentException("cutmixMinmax [" + min + ", " + max + "] leaves no length for a side"
          + " of " + side + " pixels: [" + range.low() + ", " + range.high() + ")");
    }
    return range;
  }

  /** Between which places a box of a length starts. timm 0.6.12 leaves out the last place. */
  public static Range starts(int side, int length, TimmRelease release) {
    return new Range(0, side - length + (release == TimmRelease.V1_0 ? 1 : 0));
  }

  /** Draws a box: height, width, top, left. */
  CutBox draw(int height, int width, TimmRelease release, RandomStream random) {
    int cutHeight = lengths(height).draw(random);
    int cutWidth = lengths(width).draw(random);
    int top = starts(height, cutHeight, release).draw(random);
    int left = starts(width, cutWidth, release).draw(random);
    return CutBox.at(top, left, cutHeight, cutWidth);
  }
}
