package io.qkformer.layer;

import io.qkformer.inference.InferenceLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code y = x + branch(x)} (eq. 13, 14). With activation before addition x and the branch hold spikes, so y holds
 * small non-negative integers.
 */
public final class Residual implements Layer {

  private final Layer branch;

  /** A connection round the branch, whose output must have its input's shape. */
  public Residual(Layer branch) {
    this.branch = branch;
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    Output inner = branch.forward(x, pass);
    INDArray y = Maps.sum(x, inner.value(), pass);
    pass.release(inner.value());
    if (!pass.mode().keepsState()) {
      return Output.evaluated(y);
    }
    return new Output(y, gradient -> Maps.addInPlace(inner.backward().apply(gradient), gradient, pass));
  }

  @Override
  public InferenceLayer forInference() {
    InferenceLayer inner = branch.forInference();
    return (x, pass) -> x.plus(inner.forward(x, pass), pass.engine());
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    Content stream = trace.content();
    MapShape output = branch.trace(name, input, trace);
    trace.flow(3 * output.floatBytes());
    trace.holds(stream.plus(trace.content()));
    return output;
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    branch.visit(prefix, visitor);
  }
}
