package io.qkformer.train.recipe;

import io.qkformer.train.optimize.MixingConfig;
import io.qkformer.train.optimize.OptimizerConfig;
import io.qkformer.train.recipe.DatasetKind.Content;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From entries to a recipe. */
final class RecipeReader {

  private static final Logger LOG = LoggerFactory.getLogger(RecipeReader.class);

  private RecipeReader() {
  }

  /**
   * Reads a recipe.
   *
   * @param name    for messages
   * @param written the file's
   * @param changes what counts instead; the last of a key
   */
  static Recipe read(String name, List<Entry> written, List<Entry> changes) {
    Map<String, Entry> entries = OwnNames.of(name, written);
    Map<String, Entry> overrides = new LinkedHashMap<>();
    changes.forEach(change -> overrides.put(OwnNames.of(change), change));
    overrides.keySet().forEach(key -> Keys.replacedBy(key).forEach(entries::remove));
    entries.putAll(overrides);
    List<String> remarks = new ArrayList<>(InertKeys.check(entries));
    Values values = new Values(name, entries);
    values.check();
    Recipe recipe = recipe(values);
    remarks.addAll(UnusedScheduleKeys.remarks(values));
    if (!remarks.isEmpty()) {
      LOG.warn("{}: these keys have no effect: {}", name, String.join(", ", remarks));
    }
    return recipe;
  }

  private static Recipe recipe(Values values) {
    DataRecipe data = DataKeys.read(values);
    ModelRecipe model = ModelKeys.read(values, data.dataset());
    BatchRecipe batches = BatchKeys.read(values);
    OptimizerConfig optimizer = OptimizerKeys.read(values);
    MixingConfig mixing = MixingKeys.read(values);
    int size = model.architecture().height();
    InputRecipe input = data.dataset().content() == Content.EVENTS ? EventKeys.read(values, size, data.dataset())
        : images(values, size, data.dataset(), mixing);
    return values.build(() -> new Recipe(model, data, input, batches, mixing, optimizer,
        ScheduleKeys.read(values, optimizer.opt(), batches.step()), ScheduleKeys.readUpdate(values),
        EmaKeys.read(values), CheckpointKeys.read(values), RunKeys.read(values)));
  }

  private static ImageRecipe images(Values values, int size, DatasetKind dataset, MixingConfig mixing) {
    for (Key<?> key : EventKeys.KEYS) {
      if (values.find(key).isPresent()) {
        throw values.error(key, "this is for events, and the data set holds images; leave it out");
      }
    }
    return ImageKeys.read(values, size, dataset, mixing.release());
  }

  /**
   * Writes a recipe, each key of it.
   *
   * @param header a comment above it
   */
  static String write(Recipe recipe, String header) {
    Lines lines = new Lines();
    lines.comment(header);
    ModelKeys.write(recipe.model(), lines);
    NeuronKeys.write(recipe.model().architecture().neuron(), lines);
    DataKeys.write(recipe.data(), lines);
    if (recipe.input() instanceof ImageRecipe images) {
      ImageKeys.write(images, lines);
    } else {
      EventKeys.write((EventRecipe) recipe.input(), lines);
    }
    BatchKeys.write(recipe.batches(), lines);
    ScheduleKeys.write(recipe.schedule(), recipe.rateUpdate(), lines);
    OptimizerKeys.write(recipe.optimizer(), lines);
    MixingKeys.write(recipe.mixing(), lines);
    EmaKeys.write(recipe.ema(), lines);
    CheckpointKeys.write(recipe.checkpoints(), lines);
    RunKeys.write(recipe.run(), lines);
    return lines.toString();
  }
}
