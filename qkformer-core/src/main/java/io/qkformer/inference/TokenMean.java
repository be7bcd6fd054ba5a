package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.Workers;

/** The mean over tokens and time (eq. 15): {@code [T, B, H, W, C] -> [1, B, 1, 1, C]}. */
public final class TokenMean implements InferenceLayer {

  /** What the number of a task's channels is a multiple of: those of a word of spikes. */
  private static final int UNIT = Long.SIZE;

  @Override
  public FloatMap forward(Activation x, InferencePass pass) {
    Shape shape = x.shape();
    int channels = shape.channels();
    int tokens = shape.tokens();
    float[] means = new float[shape.batch() * channels];
    Workers workers = pass.engine().workers();
    int wanted = (workers.threads() + shape.batch() - 1) / shape.batch();
    int width = (channels + wanted * UNIT - 1) / (wanted * UNIT) * UNIT;
    int groups = (channels + width - 1) / width;
    workers.forEach(shape.batch() * groups, (task, scratch) -> {
      int sample = task / groups;
      int first = task % groups * width;
      int count = Math.min(width, channels - first);
      float[] token = scratch.floats(0, count);
      double[] sum = new double[count];
      for (int t = 0; t < shape.steps(); t++) {
        for (int i = 0; i < tokens; i++) {
          x.read((((long) t * shape.batch() + sample) * tokens + i) * channels + first, token, 0, count);
          for (int c = 0; c < count; c++) {
            sum[c] += token[c];
          }
        }
      }
      for (int c = 0; c < count; c++) {
        means[sample * channels + first + c] = (float) (sum[c] / ((double) shape.steps() * tokens));
      }
    });
    return new FloatMap(means, new Shape(1, shape.batch(), 1, 1, channels));
  }
}
