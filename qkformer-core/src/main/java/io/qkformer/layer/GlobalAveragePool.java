package io.qkformer.layer;

import io.qkformer.inference.InferenceLayer;
import io.qkformer.inference.TokenMean;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.Shapes;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The mean over tokens and time (eq. 15): {@code [T, B, H, W, C] -> [1, B, 1, 1, C]}. Keeps nothing. */
public final class GlobalAveragePool implements Layer {

  @Override
  public Output forward(INDArray x, Pass pass) {
    if (x.rank() != 5 || x.length() == 0) {
      throw new IllegalArgumentException("expected [T, B, H, W, C], got " + Shapes.toString(x)
          + " (GlobalAveragePool)");
    }
    long[] shape = x.shape();
    int batch = (int) shape[1];
    int channels = (int) shape[4];
    int frame = Math.toIntExact(shape[2] * shape[3] * channels);
    INDArray y = pass.allocate(1, batch, 1, 1, channels);
    Floats source = Floats.of(x);
    Floats target = Floats.of(y);
    pass.engine().workers().forEach(batch, (sample, scratch) -> {
      float[] tile = scratch.floats(0, frame);
      double[] sum = new double[channels];
      for (int t = 0; t < shape[0]; t++) {
        source.read(((long) t * batch + sample) * frame, tile, 0, frame);
        for (int i = 0; i < frame; i += channels) {
          for (int c = 0; c < channels; c++) {
            sum[c] += tile[i + c];
          }
        }
      }
      float[] mean = scratch.floats(1, channels);
      double count = (double) shape[0] * frame / channels;
      for (int c = 0; c < channels; c++) {
        mean[c] = (float) (sum[c] / count);
      }
      target.write((long) sample * channels, mean, 0, channels);
    });
    return pass.mode().keepsState() ? new Output(y, gradient -> backward(gradient, shape, pass))
        : Output.evaluated(y);
  }

  @Override
  public InferenceLayer forInference() {
    return new TokenMean();
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    MapShape output = trace.add(name, "GlobalAveragePool", input.withTimeSteps(1).withSize(1, 1), 0);
    trace.work(output.floatBytes() + input.floatBytes());
    return output;
  }

  private static INDArray backward(INDArray gradient, long[] shape, Pass pass) {
    Shapes.requireGradient(gradient, new long[] {1, shape[1], 1, 1, shape[4]}, "GlobalAveragePool");
    int batch = (int) shape[1];
    int channels = (int) shape[4];
    int frame = Math.toIntExact(shape[2] * shape[3] * channels);
    float count = (float) shape[0] * frame / channels;
    INDArray dx = pass.allocate(shape);
    Floats source = Floats.of(gradient);
    Floats target = Floats.of(dx);
    pass.engine().workers().forEach(batch, (sample, scratch) -> {
      float[] tile = scratch.floats(0, frame);
      source.read((long) sample * channels, tile, 0, channels);
      for (int c = 0; c < channels; c++) {
        tile[c] /= count;
      }
      for (int i = channels; i < frame; i += channels) {
        System.arraycopy(tile, 0, tile, i, channels);
      }
      for (int t = 0; t < shape[0]; t++) {
        target.write(((long) t * batch + sample) * frame, tile, 0, frame);
      }
    });
    return dx;
  }
}
