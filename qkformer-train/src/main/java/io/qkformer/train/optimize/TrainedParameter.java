package io.qkformer.train.optimize;

import io.qkformer.layer.Parameter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A parameter of a model; its state is FLOAT arrays of the parameter's shape. */
final class TrainedParameter implements Trained {

  private final Parameter parameter;
  private final Values value;
  private final Map<String, INDArray> arrays = new ConcurrentHashMap<>();
  private final Map<String, Values> states = new ConcurrentHashMap<>();
  private volatile Values gradient;

  TrainedParameter(Parameter parameter) {
    this.parameter = parameter;
    this.value = Values.of(parameter.value());
  }

  @Override
  public Values value() {
    return value;
  }

  @Override
  public Values gradient() {
    // kept: a step asks once per tile. A parameter has one gradient array in its life
    Values known = gradient;
    if (known == null) {
      known = Values.of(parameter.gradient());
      gradient = known;
    }
    return known;
  }

  @Override
  public void clearGradient() {
    parameter.clearGradient();
  }

  @Override
  public Values state(String what) {
    return states.computeIfAbsent(what, key -> Values.of(array(key)));
  }

  /** The array behind {@link #state}. */
  INDArray array(String what) {
    return arrays.computeIfAbsent(what, key -> parameter.value().like());
  }

  @Override
  public int units() {
    long[] shape = parameter.layout().externalShape(parameter.value().shape());
    return shape.length <= 1 ? 1 : Math.toIntExact(shape[0]);
  }
}
