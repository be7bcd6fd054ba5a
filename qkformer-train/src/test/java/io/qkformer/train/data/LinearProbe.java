package io.qkformer.train.data;

import java.io.IOException;

/** Softmax regression on pixels, trained by stochastic gradient descent: learns what needs no network. */
final class LinearProbe {
  private static final int BATCH = 100;
  private static final float LEARNING_RATE = 1e-4f;

  private final float[][] weights;
  private final float[] bias;

  private LinearProbe(int inputs, int classes) {
    this.weights = new float[classes][inputs];
    this.bias = new float[classes];
  }

  static LinearProbe train(Dataset dataset, int epochs) throws IOException {
    LinearProbe probe = new LinearProbe(dataset.get(0).image().toBytes().length, dataset.classes());
    DataLoader loader = loader(dataset, Order.SHUFFLED);
    for (int e = 0; e < epochs; e++) {
      try (Epoch epoch = loader.epoch(e)) {
        epoch.forEachRemaining(probe::learn);
      }
    }
    return probe;
  }

  double accuracy(Dataset dataset) {
    int[] right = {0};
    try (Epoch epoch = loader(dataset, Order.SEQUENTIAL).epoch(0)) {
      epoch.forEachRemaining(batch -> {
        float[][] pixels = pixels(batch);
        for (int i = 0; i < batch.size(); i++) {
          right[0] += argMax(probabilities(pixels[i])) == batch.labels()[i] ? 1 : 0;
        }
      });
    }
    return right[0] / (double) dataset.size();
  }

  private static DataLoader loader(Dataset dataset, Order order) {
    return DataLoader.builder(dataset).batchSize(BATCH).shuffle(order)
        .normalization(Normalization.CIFAR10).build();
  }

  private static float[][] pixels(Batch batch) {
    return batch.images().reshape(batch.size(), -1).toFloatMatrix();
  }

  private void learn(Batch batch) {
    float[][] rows = pixels(batch);
    for (int i = 0; i < batch.size(); i++) {
      float[] pixels = rows[i];
      double[] error = probabilities(pixels);
      error[batch.labels()[i]] -= 1;
      for (int c = 0; c < bias.length; c++) {
        addScaled(weights[c], pixels, (float) -error[c] * LEARNING_RATE);
        bias[c] -= (float) error[c] * LEARNING_RATE;
      }
    }
  }

  private double[] probabilities(float[] pixels) {
    double[] p = new double[bias.length];
    for (int c = 0; c < p.length; c++) {
      p[c] = bias[c] + dot(weights[c], pixels);
    }
    double max = p[argMax(p)];
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      p[c] = Math.exp(p[c] - max);
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return p;
  }

  private static int argMax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static double dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void addScaled(float[] to, float[] from, float scale) {
    for (int i = 0; i < to.length; i++) {
      to[i] += scale * from[i];
    }
  }
}
