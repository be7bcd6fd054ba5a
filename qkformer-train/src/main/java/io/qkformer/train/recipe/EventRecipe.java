package io.qkformer.train.recipe;

import java.util.Objects;

/**
 * What happens to a recording of an event camera: it is integrated to T frames of counts, which are not normalised.
 *
 * @param size    height and width of a frame
 * @param splitBy how events are dealt out to frames
 * @param hflip   probability of mirroring a training sample, all its frames alike
 * @param policy  what else is done to training samples
 */
public record EventRecipe(int size, FrameSplit splitBy, double hflip, Policy policy) implements InputRecipe {

  /** SpikingJelly's {@code split_by}. */
  public enum FrameSplit {
    /** The same number of events for each frame: the reference. */
    NUMBER,
    /** The same time for each frame. */
    TIME
  }

  /** The augmentation that a recipe calls {@code aa}. */
  public enum Policy {
    /** Nothing. */
    NONE,
    /** One of shear, translation, rotation and cutout, or nothing, for all frames alike: the reference's. */
    SNN_AUGMENT_WIDE
  }

  /** Checks each value. */
  public EventRecipe {
    Checks.atLeast("imgSize", 1, size);
    Objects.requireNonNull(splitBy, "splitBy");
    Objects.requireNonNull(policy, "policy");
    Checks.that(hflip >= 0 && hflip <= 1, "hflip must be from 0 to 1, got " + hflip);
  }
}
