package io.qkformer.neuron;

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

/** A branch of a pre-activation residual connection: a neuron, then the rest, so that the rest sees spikes (eq. 17). */
public final class PreActivated implements Layer {

  private static final String NEURON = "pre_lif";

  private final SpikingNeuron neuron;
  private final Layer rest;

  /** Puts a neuron in front. */
  public PreActivated(NeuronConfig neuron, Layer rest) {
    this.neuron = new SpikingNeuron(neuron);
    this.rest = rest;
  }

  /** The branch as the shortcut wants it: itself, or with a neuron in front. */
  public static Layer of(Shortcut shortcut, NeuronConfig neuron, Layer branch) {
    return shortcut == Shortcut.PRE_ACTIVATION ? new PreActivated(neuron, branch) : branch;
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    return Sequential.chain(List.of(neuron, rest), x, pass, (layer, input) ->
        layer == neuron ? pass.run(NEURON, layer, input) : layer.forward(input, pass));
  }

  @Override
  public InferenceLayer forInference() {
    return InferenceLayer.chain(List.of(neuron.forInference(), rest.forInference()));
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    neuron.visit(prefix + NEURON + ".", visitor);
    rest.visit(prefix, visitor);
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    int first = trace.position();
    MapShape shape = neuron.trace(name + "." + NEURON, input, trace);
    int behind = trace.position();
    MapShape output = rest.trace(name, shape, trace);
    trace.hold(first, behind, output.floatBytes());
    return output;
  }
}
