package io.qkformer.examples.bench;

import io.qkformer.checkpoint.SafeTensors;
import io.qkformer.checkpoint.StateDict;
import io.qkformer.model.Form;
import io.qkformer.model.HstConfig;
import io.qkformer.tensor.Layouts;
import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Batch;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.data.Normalization;
import io.qkformer.train.data.Order;
import io.qkformer.train.data.ShapesDataset;
import io.qkformer.train.data.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The samples that every step sees.
 *
 * @param images {@code [T0, B, H, W, C]}, T0 = 1 for static images
 * @param labels {@code [B]}
 */
record BenchInput(INDArray images, int[] labels) {

  /** Where the samples come from. */
  enum Source {
    /** The peer's: standard normal images, events as Poisson counts of mean 0.3; labels at random. */
    NOISE,
    /** The first drawn images of the test split, normalised as the train command does it. */
    SHAPES
  }

  private static final double EVENTS_PER_CELL = 0.3;

  /**
   * The samples for a model.
   *
   * @throws IllegalArgumentException when the drawn images do not fit the model
   */
  static BenchInput of(Source source, HstConfig config, int batch) throws IOException {
    return source == Source.SHAPES ? shapes(config, batch) : noise(config, batch);
  }

  private static BenchInput noise(HstConfig config, int batch) {
    boolean events = config.form() == Form.EVENTS;
    long[] shape = {events ? config.timeSteps() : 1, batch, config.height(), config.width(), config.inChannels()};
    RandomStream random = RandomStream.of(0, "bench input");
    float[] values = new float[Math.toIntExact(shape[0] * batch * shape[2] * shape[3] * shape[4])];
    for (int i = 0; i < values.length; i++) {
      values[i] = events ? poisson(random) : (float) random.nextGaussian();
    }
    int[] labels = new int[batch];
    for (int b = 0; b < batch; b++) {
      labels[b] = random.nextInt(config.classes());
    }
    return new BenchInput(Nd4j.create(values, shape, 'c'), labels);
  }

  /** Knuth's method: how many uniform numbers can be multiplied before the product falls below e^-mean. */
  private static int poisson(RandomStream random) {
    double limit = Math.exp(-EVENTS_PER_CELL);
    int count = 0;
    for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
      count++;
    }
    return count;
  }

  private static BenchInput shapes(HstConfig config, int batch) throws IOException {
    ShapesDataset dataset = new ShapesDataset(Split.TEST, batch, 0);
    int side = dataset.get(0).image().height();
    if (config.form() == Form.EVENTS || config.height() != side || config.classes() != dataset.classes()) {
      throw new IllegalArgumentException("the drawn images are " + side + "x" + side + " of " + dataset.classes()
          + " classes; this case wants " + config.height() + "x" + config.width() + " of " + config.classes()
          + (config.form() == Form.EVENTS ? ", as event frames" : "") + "; use --input noise or a cifar case");
    }
    DataLoader loader = DataLoader.builder(dataset).batchSize(batch).shuffle(Order.SEQUENTIAL)
        .normalization(Normalization.CIFAR10).build();
    try (Epoch epoch = loader.epoch(0); Batch first = epoch.next()) {
      return new BenchInput(first.images().dup('c'), first.labels());
    }
  }

  /** B. */
  int batch() {
    return labels.length;
  }

  /** The same with the first samples only. */
  INDArray firstImages(int count) {
    if (count >= batch()) {
      return images;
    }
    long[] shape = images.shape().clone();
    shape[1] = count;
    INDArray first = Nd4j.createUninitialized(images.dataType(), shape, 'c');
    for (int t = 0; t < shape[0]; t++) {
      for (int b = 0; b < count; b++) {
        first.slice(t).slice(b).assign(images.slice(t).slice(b));
      }
    }
    return first;
  }

  /**
   * Writes static images {@code [B, C, H, W]} and labels as safetensors, so that the peer can be shown the same.
   *
   * @throws IllegalArgumentException for event frames
   */
  void export(Path file) throws IOException {
    if (images.size(0) != 1) {
      throw new IllegalArgumentException("only static images can be exported, these have T = " + images.size(0));
    }
    long[] classes = new long[batch()];
    for (int b = 0; b < classes.length; b++) {
      classes[b] = labels[b];
    }
    SafeTensors.write(file, StateDict.builder().put("images", Layouts.toFoldedNchw(images))
        .put("labels", Nd4j.createFromArray(classes)).build(), Map.of());
  }
}
