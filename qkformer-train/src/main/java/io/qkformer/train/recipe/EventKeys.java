package io.qkformer.train.recipe;

import io.qkformer.train.data.RandomHorizontalFlip;
import io.qkformer.train.event.dataset.ClassOrder;
import io.qkformer.train.event.dataset.ClassSplit;
import io.qkformer.train.event.format.Reading;
import io.qkformer.train.recipe.EventRecipe.FrameSplit;
import io.qkformer.train.recipe.EventRecipe.Policy;
import java.util.List;
import java.util.Optional;

/** The keys of what happens to events; those of images are refused. */
final class EventKeys {

  /** The reference's policy, as {@code aa} names it. */
  static final String SNN_AUGMENT_WIDE = "snn-augment-wide";

  static final Key<FrameSplit> SPLIT_BY = Key.of("split_by", Types.constant(FrameSplit.class));
  static final Key<Reading> EVENT_READING = Key.of("event_reading", Types.constant(Reading.class));
  static final Key<ClassOrder> CLASS_ORDER = Key.of("class_order", Types.constant(ClassOrder.class));
  static final Key<ClassSplit.Choice> CLASS_SPLIT = Key.of("class_split", Types.constant(ClassSplit.Choice.class));

  static final List<Key<?>> KEYS = List.of(SPLIT_BY, EVENT_READING, CLASS_ORDER, CLASS_SPLIT);

  private EventKeys() {
  }

  static EventRecipe read(Values values, int size, DatasetKind dataset) {
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
    return new EventRecipe(size, values.get(SPLIT_BY, FrameSplit.NUMBER), new EventRecipe.Files(
        values.get(EVENT_READING, EventRecipe.Files.DEFAULT.reading()),
        values.get(CLASS_ORDER, EventRecipe.Files.DEFAULT.order()),
        values.get(CLASS_SPLIT, EventRecipe.Files.DEFAULT.division())),
        values.get(ImageKeys.HFLIP, hflip(dataset)),
        aa.isPresent() ? Policy.SNN_AUGMENT_WIDE : Policy.NONE);
  }

  /** A mirrored gesture of the simulation is another class, and a mirrored digit none. */
  private static double hflip(DatasetKind dataset) {
    return dataset == DatasetKind.GESTURES_SIMULATED || dataset == DatasetKind.N_MNIST ? 0 : RandomHorizontalFlip.DEFAULT_PROBABILITY;
  }

  static void write(EventRecipe events, Lines lines) {
    lines.comment("Events");
    lines.put(SPLIT_BY, events.splitBy());
    lines.put(EVENT_READING, events.files().reading());
    lines.put(CLASS_ORDER, events.files().order());
    lines.put(CLASS_SPLIT, events.files().division());
    lines.put(ImageKeys.HFLIP, events.hflip());
    lines.putOptional(ImageKeys.AA, events.policy() == Policy.NONE ? Optional.empty() : Optional.of(SNN_AUGMENT_WIDE));
  }
}
