package io.qkformer.layer;

import io.qkformer.tensor.Floats;
import io.qkformer.tensor.RandomStream;
import io.qkformer.tensor.Shapes;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A learnable tensor with its gradient, its initialisation and its shape in the reference's state_dict. */
public final class Parameter {

  /** What a parameter is, which decides how it is trained (weight decay is for weights only). */
  public enum Role {
    /** Weight of a convolution or linear layer. */
    WEIGHT,
    /** Bias of a convolution or linear layer. */
    BIAS,
    /** Scale (gamma) of a batch norm. */
    NORM_SCALE,
    /** Shift (beta) of a batch norm. */
    NORM_SHIFT,
    /** Parameter of a neuron, such as PLIF's w. */
    NEURON
  }

  private final Role role;
  private final StateLayout layout;
  private final Initializer initializer;
  private final INDArray value;
  private INDArray gradient;

  /** A parameter at the start that its initialiser gives for seed 0; {@link #initialize} gives it another. */
  public Parameter(Role role, StateLayout layout, Initializer initializer, long... shape) {
    this.role = role;
    this.layout = layout;
    this.initializer = initializer;
    this.value = zeros(shape);
    initialize(0, toString());
  }

  private static INDArray zeros(long... shape) {
    return shape.length == 0 ? Nd4j.scalar(DataType.FLOAT, 0) : Nd4j.zeros(DataType.FLOAT, shape);
  }

  /** What the parameter is. */
  public Role role() {
    return role;
  }

  /** The relation to its shape in the state_dict. */
  public StateLayout layout() {
    return layout;
  }

  /** The values, FLOAT in C order, to read and to write in place. */
  public INDArray value() {
    return value;
  }

  /** The sum of the gradients since {@link #clearGradient}, of the value's shape; zeros before the first. */
  public INDArray gradient() {
    if (gradient == null) {
      gradient = zeros(value.shape());
    }
    return gradient;
  }

  /** Sets the gradient to zero. */
  public void clearGradient() {
    if (gradient != null) {
      Floats.of(gradient).clear();
    }
  }

  /** The number of values. */
  public long count() {
    return value.length();
  }

  /** Sets the values as the initialiser says, as a function of the seed and the parameter's name alone. */
  public void initialize(long seed, String name) {
    float[] values = new float[Math.toIntExact(value.length())];
    initializer.fill(values, RandomStream.of(seed, "initialize " + name));
    Floats.of(value).write(0, values, 0, values.length);
  }

  @Override
  public String toString() {
    return role + " " + Shapes.toString(value);
  }
}
