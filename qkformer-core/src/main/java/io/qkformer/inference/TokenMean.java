package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;

/** The mean over tokens and time (eq. 15): {@code [T, B, H, W, C] -> [1, B, 1, 1, C]}. */
public final class TokenMean implements InferenceLayer {

  @Override
  public FloatMap forward(Activation x, InferencePass pass) {
    Shape shape = x.shape();
    int channels = shape.channels();
    int frame = shape.tokens() * channels;
    float[] means = new float[shape.batch() * channels];
    pass.engine().workers().forEach(shape.batch(), (sample, scratch) -> {
      float[] tile = scratch.floats(0, frame);
      double[] sum = new double[channels];
      for (int t = 0; t < shape.steps(); t++) {
        x.read(((long) t * shape.batch() + sample) * frame, tile, 0, frame);
        for (int i = 0; i < frame; i += channels) {
          for (int c = 0; c < channels; c++) {
            sum[c] += tile[i + c];
          }
        }
      }
      for (int c = 0; c < channels; c++) {
        means[sample * channels + c] = (float) (sum[c] / ((double) shape.steps() * shape.tokens()));
      }
    });
    return new FloatMap(means, new Shape(1, shape.batch(), 1, 1, channels));
  }
}
