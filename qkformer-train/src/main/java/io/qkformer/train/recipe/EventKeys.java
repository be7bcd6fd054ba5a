package io.qkformer.train.recipe;

import io.qkformer.train.data.RandomHorizontalFlip;
import io.qkformer.train.recipe.EventRecipe.FrameSplit;
import io.qkformer.train.recipe.EventRecipe.Policy;
import java.util.List;
import java.util.Optional;

/** The keys of what happens to events; those of images are refused. */
final class EventKeys {

  /** The reference's policy, as {@code aa} names it. */
  static final String SNN_AUGMENT_WIDE = "snn-augment-wide";

  static final Key<FrameSplit> SPLIT_BY = Key.of("split_by", Types.constant(FrameSplit.class));

  static final List<Key<?>> KEYS = List.of(SPLIT_BY);

  private EventKeys() {
  }

  static EventRecipe read(Values values, int size) {
    for (Key<?> key : ImageKeys.OF_IMAGES_ONLY) {
      if (values.find(key).isPresent()) {
        throw values.error(key, "this is for images, and the data set holds events; leave it out, or begin with a "
            + "recipe of event data such as cifar10-dvs");
      }
    }
    Optional<String> aa = values.find(ImageKeys.AA);
    aa.filter(policy -> !policy.equals(SNN_AUGMENT_WIDE)).ifPresent(policy -> {
      throw values.error(ImageKeys.AA, "expected " + SNN_AUGMENT_WIDE + " or none for events, got " + policy);
    });
    return new EventRecipe(size, values.get(SPLIT_BY, FrameSplit.NUMBER),
        values.get(ImageKeys.HFLIP, RandomHorizontalFlip.DEFAULT_PROBABILITY),
        aa.isPresent() ? Policy.SNN_AUGMENT_WIDE : Policy.NONE);
  }

  static void write(EventRecipe events, Lines lines) {
    lines.comment("Events");
    lines.put(SPLIT_BY, events.splitBy());
    lines.put(ImageKeys.HFLIP, events.hflip());
    lines.putOptional(ImageKeys.AA, events.policy() == Policy.NONE ? Optional.empty() : Optional.of(SNN_AUGMENT_WIDE));
  }
}
