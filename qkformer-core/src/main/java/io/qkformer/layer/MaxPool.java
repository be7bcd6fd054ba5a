package io.qkformer.layer;

import io.qkformer.inference.InferenceLayer;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.MaxPooling;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.Shapes;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * 3x3 max pooling of stride 2 and padding 1: {@code [T, B, H, W, C] -> [T, B, ceil(H/2), ceil(W/2), C]}. Kept for
 * backward: one byte per output, the winning tap.
 */
public final class MaxPool implements Layer {

  @Override
  public Output forward(INDArray x, Pass pass) {
    if (x.rank() != 5) {
      throw new IllegalArgumentException("expected [T, B, H, W, C], got " + Shapes.toString(x) + " (MaxPool)");
    }
    Pooled pooled = pool(Floats.of(x), x.shape(), pass);
    return pass.mode().keepsState()
        ? new Output(pooled.value(), gradient -> pooled.backward(gradient, pass)) : Output.evaluated(pooled.value());
  }

  /**
   * Pools a map that is computed while it is read.
   *
   * @param shape {@code [T, B, H, W, C]}
   */
  public Pooled pool(FloatSource x, long[] shape, Pass pass) {
    int height = (int) shape[2];
    int width = (int) shape[3];
    MaxPooling kernel = kernel(pass.engine(), shape);
    INDArray y = pass.allocate(shape[0], shape[1], MaxPooling.outSize(height), MaxPooling.outSize(width), shape[4]);
    byte[] argument = pass.mode().keepsState() ? pass.allocateBytes(Math.toIntExact(y.length())) : null;
    kernel.forward(x, Floats.of(y), argument);
    return new Pooled(y, shape.clone(), argument);
  }

  private static MaxPooling kernel(Engine engine, long[] shape) {
    return new MaxPooling(engine, Math.toIntExact(shape[0] * shape[1]), (int) shape[2], (int) shape[3],
        (int) shape[4]);
  }

  @Override
  public InferenceLayer forInference() {
    return (x, pass) -> x.maxPooled(pass.engine());
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    Content content = trace.content();
    MapShape output = trace.add(name, "MaxPool(3, stride 2)",
        input.withSize(MaxPooling.outSize(input.height()), MaxPooling.outSize(input.width())), 0);
    trace.holds(content);
    // a byte per output says where its value came from
    trace.keep(0, output.elements());
    trace.work(output.floatBytes() + input.floatBytes());
    return output;
  }

  /**
   * A pooled map and where its values came from.
   *
   * @param value    {@code [T, B, H', W', C]}
   * @param shape    of the map that was pooled
   * @param argument the winning tap of each value, 0..8, at the front; null in evaluation
   */
  public record Pooled(INDArray value, long[] shape, byte[] argument) {

    /** The gradient of the map that was pooled; to be asked for once. */
    public INDArray backward(INDArray gradient, Pass pass) {
      Shapes.requireGradient(gradient, value.shape(), "MaxPool");
      INDArray dx = pass.allocate(shape);
      kernel(pass.engine(), shape).backward(Floats.of(gradient), argument, Floats.of(dx));
      pass.release(argument);
      return dx;
    }
  }
}
