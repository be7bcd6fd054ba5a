package io.qkformer.attention;

import io.qkformer.inference.InferenceLayer;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.Layer;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Sequential;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.StateLayout;
import io.qkformer.layer.StateVisitor;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.Shortcut;
import io.qkformer.neuron.SpikingUnit;
import io.qkformer.neuron.UnitNames;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The spiking MLP (eq. 14): two linear units with bias, {@code C -> hidden -> C}. */
public final class SpikingMlp implements Layer {

  /** How the units are called and shaped in the state_dict. */
  public enum Names {
    /** {@code mlp1_conv, mlp2_conv}, Conv2d: the reference's CIFAR and event models. */
    MLP,
    /** {@code fc1_conv, fc2_conv}, Conv2d: the reference's ImageNet models. */
    FC,
    /** {@code fc1_linear, fc2_linear}, Linear: Spikformer. */
    FC_LINEAR;

    private UnitNames unit(int number) {
      return switch (this) {
        case MLP -> UnitNames.conv("mlp" + number);
        case FC -> UnitNames.conv("fc" + number);
        case FC_LINEAR -> UnitNames.linear("fc" + number);
      };
    }

    private StateLayout layout() {
      return this == FC_LINEAR ? StateLayout.LINEAR : StateLayout.CONV2D;
    }
  }

  private final SpikingUnit expand;
  private final SpikingUnit contract;

  /** An MLP over {@code width} channels. */
  public SpikingMlp(int width, int hidden, NeuronConfig neuron, Shortcut shortcut, Names names) {
    this.expand = new SpikingUnit(names.unit(1), Conv2d.linear(width, hidden, Conv2d.Bias.LEARNED, names.layout()),
        SpikingUnit.Pooling.NONE, neuron);
    this.contract = new SpikingUnit(names.unit(2), Conv2d.linear(hidden, width, Conv2d.Bias.LEARNED, names.layout()),
        SpikingUnit.Pooling.NONE, neuron, shortcut.branchEnd());
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    return Sequential.chain(List.of(expand, contract), x, pass, (unit, input) -> unit.forward(input, pass));
  }

  @Override
  public InferenceLayer forInference() {
    return InferenceLayer.chain(List.of(expand.forInference(), contract.forInference()));
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    expand.visit(prefix, visitor);
    contract.visit(prefix, visitor);
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    return trace.chain(List.of(expand, contract), input, (unit, shape) -> unit.trace(name, shape, trace));
  }
}
