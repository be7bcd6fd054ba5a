package io.qkformer.layer;

import io.qkformer.kernel.Convolution;
import io.qkformer.layer.Conv2d.BiasGradient;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Linear layers of one width that read the same map, the projections Q, K and V (eq. 6, 9): its spikes are looked up
 * once, and the gradient of the map is one product.
 */
public final class SharedInput {

  private final List<Conv2d> layers;

  /**
   * Linear layers.
   *
   * @throws IllegalArgumentException when there is none, or they differ in their channels
   */
  public SharedInput(List<Conv2d> layers) {
    for (Conv2d layer : layers) {
      if (!layer.isLinear() || layer.inChannels() != layers.get(0).inChannels()
          || layer.outChannels() != layers.get(0).outChannels()) {
        throw new IllegalArgumentException("expected linear layers of one width, got " + layers);
      }
    }
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("expected at least one layer");
    }
    this.layers = List.copyOf(layers);
  }

  /** From the gradients of all outputs to that of the input. */
  @FunctionalInterface
  public interface Way {
    /** Adds to the parameters' gradients; the arguments stay the caller's, as does the result. */
    INDArray apply(List<INDArray> gradients);
  }

  /**
   * The outputs.
   *
   * @param values   one map for each layer
   * @param backward the way back; null where the pass keeps no state
   */
  public record Outputs(List<INDArray> values, Way backward) {
  }

  /**
   * Computes all outputs.
   *
   * @throws IllegalArgumentException when the input's shape does not fit
   */
  public Outputs forward(INDArray x, Pass pass, BiasGradient biasGradient) {
    Convolution convolution = layers.get(0).convolution(x, pass);
    FloatSource[] weights = weights();
    float[][] biases = new float[layers.size()][];
    Floats[] targets = new Floats[layers.size()];
    List<INDArray> values = new ArrayList<>();
    for (int i = 0; i < targets.length; i++) {
      values.add(layers.get(i).allocateOutput(x, pass));
      biases[i] = layers.get(i).borrowBias(pass);
      targets[i] = Floats.of(values.get(i));
    }
    Saved kept = Saved.of(x, pass);
    convolution.forward(kept.values(), weights, biases, targets);
    giveBack(biases, pass);
    if (!pass.mode().keepsState()) {
      kept.release(pass);
      return new Outputs(values, null);
    }
    return new Outputs(values, gradients -> backward(convolution, kept, gradients, biasGradient, pass));
  }

  private INDArray backward(Convolution convolution, Saved kept, List<INDArray> gradients, BiasGradient biasGradient,
      Pass pass) {
    FloatSource[] sources = new FloatSource[layers.size()];
    Floats[] weightSums = new Floats[layers.size()];
    Floats[] biasSums = new Floats[layers.size()];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = Floats.of(gradients.get(i));
      weightSums[i] = Floats.of(layers.get(i).weight().gradient());
      biasSums[i] = layers.get(i).biasSums(biasGradient);
    }
    convolution.weightGradient(kept.values(), sources, weightSums, biasSums);
    kept.release(pass);
    INDArray dx = pass.allocate(kept.shape());
    convolution.inputGradient(sources, weights(), Floats.of(dx));
    return dx;
  }

  private FloatSource[] weights() {
    return layers.stream().map(layer -> Floats.of(layer.weight().value())).toArray(FloatSource[]::new);
  }

  private static void giveBack(float[][] buffers, Pass pass) {
    for (float[] buffer : buffers) {
      if (buffer != null) {
        pass.giveBack(buffer);
      }
    }
  }
}
