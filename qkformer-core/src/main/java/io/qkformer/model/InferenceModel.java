package io.qkformer.model;

import io.qkformer.inference.Activation;
import io.qkformer.inference.FloatMap;
import io.qkformer.inference.InferenceLayer;
import io.qkformer.inference.InferencePass;
import io.qkformer.kernel.Engine;
import io.qkformer.tensor.Floats;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A QKFormer for inference: a snapshot of its weights, batch norm folded into them, spikes kept as bits. Immutable; one
 * object may serve any number of threads, each with an {@link Engine} of its own.
 */
public final class InferenceModel implements InferenceLayer {

  private final HstConfig config;
  private final InferenceLayer layers;

  InferenceModel(HstConfig config, InferenceLayer layers) {
    this.config = config;
    this.layers = layers;
  }

  /** What the model is. */
  public HstConfig config() {
    return config;
  }

  /**
   * Classifies.
   *
   * @param images    static images {@code [1, B, H, W, 3]}, shown at each step, or frames {@code [T, B, H, W, C]}
   * @param timeSteps T
   * @return logits {@code [B, classes]}, an array of the caller's own
   * @throws IllegalArgumentException when the input's rank, channels, size or T do not fit, or it holds NaN or infinity
   */
  public INDArray logits(INDArray images, int timeSteps, Engine engine) {
    InferencePass pass = new InferencePass(engine, timeSteps);
    ModelInput.require(config, images, timeSteps, engine);
    Activation logits = forward(new FloatMap(Floats.of(images), new Activation.Shape((int) images.size(0),
        (int) images.size(1), (int) images.size(2), (int) images.size(3), (int) images.size(4))), pass);
    float[] values = new float[Math.toIntExact(logits.length())];
    logits.read(0, values, 0, values.length);
    INDArray result = Nd4j.createUninitialized(DataType.FLOAT, images.size(1), config.classes());
    Floats.of(result).write(0, values, 0, values.length);
    return result;
  }

  /** The same from layer to layer: {@code [T, B, H, W, C] -> [1, B, 1, 1, classes]}, the input unchecked. */
  @Override
  public Activation forward(Activation x, InferencePass pass) {
    return layers.forward(x, pass);
  }
}
