package io.qkformer.examples.bench;

import io.qkformer.layer.MapShape;
import io.qkformer.model.HstConfig;
import io.qkformer.model.ModelSummary;
import io.qkformer.model.QKFormer;

/**
 * The dense arithmetic of one sample, counted as the peer counts it: 2 operations for each multiply-accumulate of
 * convolutions and matrix products, a static stem T times, whatever either side saves of that.
 *
 * @param forward  operations of the forward pass
 * @param training of a training step: 3 forward passes, less the gradient of the image in the first convolution
 */
record Flops(long forward, long training) {

  /** The counts for the model's own image size and T. */
  static Flops of(QKFormer model) {
    HstConfig config = model.config();
    ModelSummary summary = model.summary(new MapShape(config.timeSteps(), 1, config.height(), config.width(),
        config.inChannels()), config.timeSteps());
    long first = summary.rows().stream().mapToLong(ModelSummary.Row::multiplyAccumulates).filter(macs -> macs > 0)
        .findFirst().orElseThrow();
    long forward = 2 * summary.multiplyAccumulates();
    return new Flops(forward, 3 * forward - 2 * first);
  }
}
