package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;
import java.util.List;

/**
 * A random change of a training clip that leaves its class alone, the same for all its frames. Implementations are
 * immutable, take all randomness from the stream they are given and don't change the clip they are given.
 */
@FunctionalInterface
public interface ClipAugmentation {
  /**
   * Returns the changed clip, or the same one if nothing is to change.
   *
   * @param random a stream that belongs to (seed, epoch, sample)
   */
  Clip apply(Clip clip, RandomStream random);

  /** Returns the augmentation that changes nothing. */
  static ClipAugmentation none() {
    return (clip, random) -> clip;
  }

  /** Returns the augmentation that makes these changes one after the other. */
  static ClipAugmentation compose(List<? extends ClipAugmentation> steps) {
    List<ClipAugmentation> all = List.copyOf(steps);
    return (clip, random) -> {
      Clip changed = clip;
      for (ClipAugmentation step : all) {
        changed = step.apply(changed, random);
      }
      return changed;
    };
  }
}
