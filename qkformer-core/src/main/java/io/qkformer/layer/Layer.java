package io.qkformer.layer;

import io.qkformer.inference.InferenceLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A differentiable map of feature maps with named parameters. A layer holds parameters only: what a forward call keeps
 * for its backward pass lives in the {@link Output} it returns, so one layer may serve several micro-batches before
 * one step, and replicas may share parameters.
 *
 * <p>Memory: arrays from {@link Pass#allocate} are reused. A layer releases what it allocated and does not return; it
 * never releases its argument; what it wants to keep of its argument it must {@link Pass#retain} and release in its
 * backward pass. Arrays that come from elsewhere (plain ND4J operations) need no care: releasing them does nothing.
 */
public interface Layer {

  /**
   * Computes the output.
   *
   * @param x the input, usually {@code [T, B, H, W, C]}; stays the caller's
   * @throws IllegalArgumentException when the input's shape does not fit, naming both shapes
   */
  Output forward(INDArray x, Pass pass);

  /**
   * Shows each parameter and buffer under its name, in a fixed order.
   *
   * @param prefix what the names start with, empty or ending in a dot
   */
  default void visit(String prefix, StateVisitor visitor) {
  }

  /**
   * Adds a line for each part to a trace.
   *
   * @param name  what the layer is called, without a dot at the end
   * @param input the input's shape
   * @return the output's shape; by default the input's
   */
  default MapShape trace(String name, MapShape input, ShapeTrace trace) {
    return input;
  }

  /**
   * What this layer computes in evaluation, for inference alone: spikes stay bits, nothing is kept. The library's
   * layers copy their weights, so that training on leaves the twin as it is, and containers ask their parts.
   *
   * <p>By default the evaluation pass of this layer itself, over float maps {@code [T, B, H, W, C]}: right for every
   * layer, at the cost of unpacking; it sees the weights of the moment it is called.
   */
  default InferenceLayer forInference() {
    return new EvaluatedLayer(this);
  }
}
