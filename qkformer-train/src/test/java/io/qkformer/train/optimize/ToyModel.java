package io.qkformer.train.optimize;

import io.qkformer.layer.Initializer;
import io.qkformer.layer.Layer;
import io.qkformer.layer.Output;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.Parameter.Role;
import io.qkformer.layer.Pass;
import io.qkformer.layer.StateLayout;
import io.qkformer.layer.StateVisitor;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.RandomStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Parameters of every kind, larger than a tile too, with gradients as a function of the step. */
final class ToyModel implements Layer {

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  ToyModel() {
    add("conv.weight", Role.WEIGHT, StateLayout.CONV2D, 3, 3, 12, 50);
    add("conv.bias", Role.BIAS, StateLayout.SAME, 50);
    add("bn.weight", Role.NORM_SCALE, StateLayout.SAME, 50);
    add("lif.w", Role.NEURON, StateLayout.SAME);
    add("q.weight", Role.WEIGHT, StateLayout.CONV1D, 1, 1, 5, 7);
    add("head.weight", Role.WEIGHT, StateLayout.LINEAR, 1, 1, 5, 3);
    add("odd.bias", Role.BIAS, StateLayout.LINEAR, 1, 1, 2, 2);
  }

  private void add(String name, Role role, StateLayout layout, long... shape) {
    Parameter parameter = new Parameter(role, layout, Initializer.fanInUniform(1), shape);
    parameter.initialize(3, name);
    parameters.put(name, parameter);
  }

  Parameter parameter(String name) {
    return parameters.get(name);
  }

  Map<String, Parameter> parameters() {
    return parameters;
  }

  /** Adds gradients that are a function of the step to all parameters. */
  void addGradients(int step) {
    parameters.forEach((name, parameter) -> {
      RandomStream random = RandomStream.of(5, name, step);
      Floats gradient = Floats.of(parameter.gradient());
      float[] values = gradient.toArray();
      for (int i = 0; i < values.length; i++) {
        values[i] += (float) random.nextGaussian();
      }
      gradient.write(0, values, 0, values.length);
    });
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    throw new UnsupportedOperationException("parameters only");
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    parameters.forEach((name, parameter) -> visitor.parameter(prefix + name, parameter));
  }
}
