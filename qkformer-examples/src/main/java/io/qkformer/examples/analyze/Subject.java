package io.qkformer.examples.analyze;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.LayerObserver;
import io.qkformer.layer.Pass;
import io.qkformer.model.QKFormer;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.Image;
import io.qkformer.train.data.Split;
import io.qkformer.train.recipe.ImageRecipe;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.report.Progress;
import io.qkformer.train.run.RecipeData;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A trained network and its test images, which it can be shown in evaluation passes that observers look at. */
final class Subject implements Closeable {

  /** A float map of more images would take more memory than a training step. */
  private static final int BATCH = 16;

  private final Recipe recipe;
  private final ImageRecipe images;
  private final Path weights;
  private final RecipeData data;
  private final Engine engine;
  private final QKFormer model;

  private Subject(Recipe recipe, ImageRecipe images, Path weights, RecipeData data, Engine engine, QKFormer model) {
    this.recipe = recipe;
    this.images = images;
    this.weights = weights;
    this.data = data;
    this.engine = engine;
    this.model = model;
  }

  /**
   * Opens both.
   *
   * @throws IllegalArgumentException when the recipe is not one of images, or the weights do not fit its model
   */
  static Subject open(Recipe recipe, Path weights, Progress progress) throws IOException {
    if (!(recipe.input() instanceof ImageRecipe images)) {
      throw new RecipeException("dataset: expected one of images, got " + recipe.data().dataset().id());
    }
    int threads = recipe.run().threads().orElse(Runtime.getRuntime().availableProcessors());
    RecipeData data = RecipeData.open(recipe.data(), Split.TEST, images.size(), threads, progress);
    boolean kept = false;
    try {
      QKFormer model = new QKFormer(recipe.model().config(data.dataset().classes()), 0);
      ModelWeights.load(weights, model);
      kept = true;
      return new Subject(recipe, images, weights, data, Engine.create(threads), model);
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

  /** The test images. */
  Dataset dataset() {
    return data.dataset();
  }

  /** T. */
  int timeSteps() {
    return recipe.model().timeSteps();
  }

  /** What is looked at, in a line. */
  String description() {
    return weights + ", " + dataset().name() + ", T = " + timeSteps();
  }

  /** An image as the network is shown it, before normalisation. */
  Image image(int index) throws IOException {
    return images.evaluation().apply(dataset().get(index).image());
  }

  /**
   * Shows images to the network. Returns how many of them it classified correctly.
   *
   * @param first index of the first
   * @param count how many
   */
  int show(int first, int count, LayerObserver observer) throws IOException {
    int correct = 0;
    for (int at = first; at < first + count; at += BATCH) {
      int n = Math.min(BATCH, first + count - at);
      try (INDArray batch = batch(at, n); Pass pass = Pass.evaluation(engine, timeSteps()).observe(observer)) {
        INDArray logits = model.forward(batch, pass).value();
        for (int b = 0; b < n; b++) {
          correct += argmax(logits, b) == dataset().get(at + b).label() ? 1 : 0;
        }
      }
    }
    return correct;
  }

  /** The class that the network takes an image for. */
  int predict(int index, LayerObserver observer) throws IOException {
    try (INDArray batch = batch(index, 1); Pass pass = Pass.evaluation(engine, timeSteps()).observe(observer)) {
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

  private INDArray batch(int first, int count) throws IOException {
    float[] values = null;
    Image image = null;
    for (int b = 0; b < count; b++) {
      image = image(first + b);
      float[] own = images.evaluation().normalization().apply(image);
      values = values == null ? new float[count * own.length] : values;
      System.arraycopy(own, 0, values, b * own.length, own.length);
    }
    return Nd4j.create(values, new long[] {1, count, image.height(), image.width(), Image.CHANNELS}, 'c');
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
