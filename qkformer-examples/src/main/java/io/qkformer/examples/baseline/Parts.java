package io.qkformer.examples.baseline;

import io.qkformer.inference.InferenceLayer;
import io.qkformer.layer.Layer;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Sequential;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.StateVisitor;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layers one after the other that name their parameters themselves, as the units of an embedding do. */
record Parts(List<Layer> layers) implements Layer {

  @Override
  public Output forward(INDArray x, Pass pass) {
    return Sequential.chain(layers, x, pass, (layer, input) -> layer.forward(input, pass));
  }

  @Override
  public InferenceLayer forInference() {
    return InferenceLayer.chain(layers.stream().map(Layer::forInference).toList());
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    layers.forEach(layer -> layer.visit(prefix, visitor));
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    return trace.chain(layers, input, (layer, shape) -> layer.trace(name, shape, trace));
  }
}
