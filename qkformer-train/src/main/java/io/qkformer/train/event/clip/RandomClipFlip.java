package io.qkformer.train.event.clip;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Clip;
import io.qkformer.train.data.ClipAugmentation;

/**
 * Mirrors whole clips. The reference does so for DVS128 Gesture too, although left and right, clockwise and
 * counter-clockwise are classes of their own there.
 *
 * @param probability that a clip is mirrored
 */
public record RandomClipFlip(double probability) implements ClipAugmentation {
  /** As the reference trains. */
  public static final RandomClipFlip REFERENCE = new RandomClipFlip(0.5);

  /**
   * Checks the probability.
   *
   * @throws IllegalArgumentException if it lies outside [0, 1]
   */
  public RandomClipFlip {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability: expected 0 to 1, got " + probability);
    }
  }

  @Override
  public Clip apply(Clip clip, RandomStream random) {
    return random.nextDouble() < probability ? ClipGeometry.flip(clip) : clip;
  }
}
