package io.qkformer.inference;

import java.util.List;

/**
 * What a layer computes in evaluation, cut down to inference: weights folded and copied, nothing kept. Holds no state
 * that changes, so any number of threads may call it at a time, each with an engine of its own.
 */
@FunctionalInterface
public interface InferenceLayer {

  /**
   * Computes the output.
   *
   * @param x {@code [T, B, H, W, C]}, or T0 = 1 for an input that is the same at each step
   * @throws IllegalArgumentException when the input's shape does not fit, naming both shapes
   */
  Activation forward(Activation x, InferencePass pass);

  /** Layers one after the other. */
  static InferenceLayer chain(List<InferenceLayer> layers) {
    List<InferenceLayer> parts = List.copyOf(layers);
    return (x, pass) -> {
      Activation value = x;
      for (InferenceLayer part : parts) {
        value = part.forward(value, pass);
      }
      return value;
    };
  }
}
