package io.qkformer.train.checkpoint;

import io.qkformer.layer.Buffer;
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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** State of every kind that a model has, and gradients that are a function of the step. */
final class TinyModel implements Layer {

  static final String ARCHITECTURE = "TinyModel[width=4]";

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Buffer> buffers = new LinkedHashMap<>();

  TinyModel(int seed, int width) {
    parameters.put("conv.weight", new Parameter(Role.WEIGHT, StateLayout.CONV2D, Initializer.fanInUniform(1),
        3, 3, 2, width));
    parameters.put("lif.w", new Parameter(Role.NEURON, StateLayout.SAME, Initializer.fanInUniform(1)));
    parameters.put("head.weight", new Parameter(Role.WEIGHT, StateLayout.LINEAR, Initializer.fanInUniform(1),
        1, 1, width, 3));
    parameters.forEach((name, parameter) -> parameter.initialize(seed, name));
    buffers.put("bn.running_mean", Buffer.vector(width, seed));
    buffers.put("bn.num_batches_tracked", Buffer.counter());
  }

  TinyModel(int seed) {
    this(seed, 4);
  }

  /** Sets the gradients, and the statistics as a batch norm would. */
  void learn(long step) {
    parameters.forEach((name, parameter) -> {
      RandomStream random = RandomStream.of(5, name, step);
      float[] values = new float[(int) parameter.count()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      Floats.of(parameter.gradient()).write(0, values, 0, values.length);
    });
    buffers.get("bn.running_mean").value().addi(0.125);
    buffers.get("bn.num_batches_tracked").value().addi(1);
  }

  Parameter parameter(String name) {
    return parameters.get(name);
  }

  /** All bits of all tensors, to compare. */
  Map<String, Object> bits() {
    Map<String, Object> bits = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> bits.put(name, bits(parameter.value())));
    buffers.forEach((name, buffer) -> bits.put(name, bits(buffer.value())));
    return bits;
  }

  /** All bits of all tensors, to compare. */
  static Map<String, Object> bits(Map<String, INDArray> tensors) {
    Map<String, Object> bits = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> bits.put(name, bits(tensor)));
    return bits;
  }

  private static Object bits(INDArray tensor) {
    INDArray flat = Nd4j.toFlattened('c', tensor);
    return tensor.dataType().isFPType()
        ? Arrays.stream(box(flat.toFloatVector())).map(Float::floatToRawIntBits).toList()
        : Arrays.stream(flat.toLongVector()).boxed().toList();
  }

  private static Float[] box(float[] values) {
    Float[] boxed = new Float[values.length];
    Arrays.setAll(boxed, i -> values[i]);
    return boxed;
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    throw new UnsupportedOperationException("state only");
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    parameters.forEach((name, parameter) -> visitor.parameter(prefix + name, parameter));
    buffers.forEach((name, buffer) -> visitor.buffer(prefix + name, buffer));
  }
}
