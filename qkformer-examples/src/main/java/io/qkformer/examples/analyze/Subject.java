package io.qkformer.examples.analyze;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.examples.picture.SampleWord;
import io.qkformer.examples.picture.ShownSample;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.LayerObserver;
import io.qkformer.layer.Pass;
import io.qkformer.model.HstConfig;
import io.qkformer.model.Preset;
import io.qkformer.model.QKFormer;
import io.qkformer.train.data.ClipBatches;
import io.qkformer.train.data.ClipDataset;
import io.qkformer.train.data.ClipSample;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.Image;
import io.qkformer.train.data.SampleSource;
import io.qkformer.train.data.Split;
import io.qkformer.train.recipe.ImageRecipe;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.report.Progress;
import io.qkformer.train.run.RecipeSamples;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trained network and its test samples, images or clips, which it can be shown in evaluation passes that observers look at.
 */
final class Subject implements Closeable {

  /** A float map of more samples would take more memory than a training step. */
  private static final int BATCH = 16;

  private final Recipe recipe;
  private final Path weights;
  private final RecipeSamples data;
  private final Engine engine;
  private final QKFormer model;

  private Subject(Recipe recipe, Path weights, RecipeSamples data, Engine engine, QKFormer model) {
    this.recipe = recipe;
    this.weights = weights;
    this.data = data;
    this.engine = engine;
    this.model = model;
  }

  /**
   * Opens both.
   *
   * @throws IllegalArgumentException when the weights do not fit the recipe's model
   */
  static Subject open(Recipe recipe, Path weights, Progress progress) throws IOException {
    int threads = recipe.run().threads().orElse(Runtime.getRuntime().availableProcessors());
    RecipeSamples data = RecipeSamples.open(recipe, Split.TEST, threads, progress);
    boolean kept = false;
    try {
      QKFormer model = new QKFormer(recipe.model().config(data.source().classes()), 0);
      ModelWeights.load(weights, model);
      kept = true;
      return new Subject(recipe, weights, data, Engine.create(threads), model);
    } finally {
      if (!kept) {
        data.close();
      }
    }
  }

  /** The network. */
  QKFormer model() {
    return model;
  }

  /** The test samples. */
  SampleSource samples() {
    return data.source();
  }

  /** What messages call them. */
  SampleWord word() {
    return SampleWord.of(samples());
  }

  /** A test sample as the network is shown it, before normalisation. */
  ShownSample shown(int index) throws IOException {
    return ShownSample.evaluated(samples(), index, recipe.input());
  }

  /** T. */
  int timeSteps() {
    return recipe.model().timeSteps();
  }

  /** What is looked at, in a line. */
  String description() {
    return weights + ", " + samples().name() + ", T = " + timeSteps();
  }

  /** What charts call it: model, data, T. */
  String title() {
    return name(model.config()) + ", " + samples().name() + ", T = " + timeSteps();
  }

  /** A preset's name, or form and widths. */
  static String name(HstConfig config) {
    return Arrays.stream(Preset.values()).filter(preset -> preset.config().form() == config.form()
        && preset.config().stages().equals(config.stages())).map(Preset::id).findFirst().orElseGet(() ->
            "HST of form " + config.form().name().toLowerCase(Locale.ROOT) + ", " + config.stages().stream()
                .map(stage -> Integer.toString(stage.width())).collect(Collectors.joining("/")) + " channels");
  }

  /**
   * Shows samples to the network, spread over the test split ({@link SpreadSamples}). Returns how many of them it
   * classified correctly.
   *
   * @param count how many, from 1 to all
   */
  int show(int count, LayerObserver observer) throws IOException {
    int[] spread = SpreadSamples.indices(samples().size(), count);
    int correct = 0;
    for (int at = 0; at < count; at += BATCH) {
      int[] some = Arrays.copyOfRange(spread, at, Math.min(count, at + BATCH));
      try (INDArray batch = batch(some); Pass pass = Pass.evaluation(engine, timeSteps()).observe(observer)) {
        INDArray logits = model.forward(batch, pass).value();
        for (int b = 0; b < some.length; b++) {
          correct += argmax(logits, b) == label(some[b]) ? 1 : 0;
        }
      }
    }
    return correct;
  }

  /** The class that the network takes a sample for. */
  int predict(int index, LayerObserver observer) throws IOException {
    try (INDArray batch = batch(new int[] {index}); Pass pass = Pass.evaluation(engine, timeSteps()).observe(observer)) {
      return argmax(model.forward(batch, pass).value(), 0);
    }
  }

  private static int argmax(INDArray logits, int row) {
    int best = 0;
    for (int k = 1; k < logits.size(1); k++) {
      best = logits.getFloat(row, k) > logits.getFloat(row, best) ? k : best;
    }
    return best;
  }

  private int label(int index) throws IOException {
    return samples() instanceof ClipDataset clips ? clips.get(index).label()
        : ((Dataset) samples()).get(index).label();
  }

  private INDArray batch(int[] indices) throws IOException {
    return samples() instanceof ClipDataset clips ? clips(clips, indices) : images(indices);
  }

  private static INDArray clips(ClipDataset clips, int[] indices) throws IOException {
    List<ClipSample> taken = new ArrayList<>();
    for (int index : indices) {
      taken.add(clips.get(index));
    }
    return ClipBatches.stack(taken);
  }

  private INDArray images(int[] indices) throws IOException {
    float[] values = null;
    Image image = null;
    for (int b = 0; b < indices.length; b++) {
      image = shown(indices[b]).at(0);
      float[] own = ((ImageRecipe) recipe.input()).evaluation().normalization().apply(image);
      values = values == null ? new float[indices.length * own.length] : values;
      System.arraycopy(own, 0, values, b * own.length, own.length);
    }
    return Nd4j.create(values, new long[] {1, indices.length, image.height(), image.width(), Image.CHANNELS}, 'c');
  }

  @Override
  public void close() throws IOException {
    try {
      engine.close();
    } finally {
      data.close();
    }
  }
}
