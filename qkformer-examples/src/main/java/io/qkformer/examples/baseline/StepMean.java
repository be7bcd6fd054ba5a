package io.qkformer.examples.baseline;

import io.qkformer.inference.Activation;
import io.qkformer.inference.InferenceLayer;
import io.qkformer.layer.GlobalAveragePool;
import io.qkformer.layer.Layer;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.ShapeTrace;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The mean over the tokens of each step: {@code [T, B, H, W, C] -> [T, B, 1, 1, C]}. A layer of one's own: the library's
 * mean over tokens and time, shown the steps as so many samples more.
 */
final class StepMean implements Layer {

  private final GlobalAveragePool pool = new GlobalAveragePool();

  @Override
  public Output forward(INDArray x, Pass pass) {
    long[] shape = x.shape();
    if (shape.length != 5) {
      throw new IllegalArgumentException("expected [T, B, H, W, C], got " + Arrays.toString(shape) + " (StepMean)");
    }
    long frames = shape[0] * shape[1];
    Output mean = pool.forward(x.reshape('c', 1, frames, shape[2], shape[3], shape[4]), pass);
    return new Output(mean.value().reshape('c', shape[0], shape[1], 1, 1, shape[4]), gradient ->
        mean.backward().apply(gradient.reshape('c', 1, frames, 1, 1, shape[4])).reshape('c', shape));
  }

  @Override
  public InferenceLayer forInference() {
    InferenceLayer mean = pool.forInference();
    return (x, pass) -> {
      Activation.Shape shape = x.shape();
      return mean.forward(x.withFrames(1, shape.frames()), pass).withFrames(shape.steps(), shape.batch());
    };
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    MapShape output = trace.add(name, "StepMean", input.withSize(1, 1), 0);
    trace.work(output.floatBytes() + input.floatBytes());
    return output;
  }
}
