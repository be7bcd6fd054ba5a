package io.qkformer.model;

import static io.qkformer.attention.AttentionKind.QKTA;

import io.qkformer.attention.AttentionKind;
import io.qkformer.support.TestMaps;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Models of every form, narrow and of few pixels, with neurons that fire. */
final class SmallModels {

  static final int CLASSES = 5;
  static final int TIME_STEPS = 3;

  private SmallModels() {
  }

  /** A form with this attention in its last stage. */
  static HstConfig config(Form form, AttentionKind last) {
    return switch (form) {
      case CIFAR -> of(form, 8, 12, new int[] {1, 1, 1}, QKTA, QKTA, last);
      case COMPACT -> of(form, 16, 8, new int[] {1, 1, 1}, QKTA, QKTA, last);
      case IMAGENET -> of(form, 32, 16, new int[] {1, 1, 1}, QKTA, QKTA, last);
      case EVENTS -> of(form, 32, 16, new int[] {1, 1}, QKTA, last);
      case SPIKFORMER -> of(form, 16, 12, new int[] {2}, last);
      case SPIKFORMER_EVENTS -> of(form, 32, 16, new int[] {2}, last);
    };
  }

  private static HstConfig of(Form form, int height, int width, int[] depths, AttentionKind... kinds) {
    // the first unit of SPS has an eighth: with fewer channels than frames have, those would be the largest map
    int channels = form == Form.SPIKFORMER_EVENTS ? 64 : 16;
    HstConfig config = HstConfig.of(form, 32, channels, depths, kinds, 2, 2, CLASSES, TIME_STEPS);
    // with so few tokens, SSA at the reference's scale would hardly fire
    return new HstConfig(form, config.inChannels(), height, width, config.stages(), CLASSES, TIME_STEPS,
        config.neuron(),
        config.attentionThreshold(), 0.5, config.ssaTiming(), config.order(), config.shortcut(), 0);
  }

  /** Each form, each attention in its last stage. */
  static List<HstConfig> all() {
    List<HstConfig> all = new ArrayList<>();
    for (Form form : Form.values()) {
      for (AttentionKind kind : AttentionKind.values()) {
        all.add(config(form, kind));
      }
    }
    return all;
  }

  /** A model whose batch norms let a good part of the neurons fire. */
  static QKFormer model(HstConfig config) {
    return model(config, 1);
  }

  static QKFormer model(HstConfig config, long seed) {
    return TestMaps.livened(new QKFormer(config, seed), seed);
  }

  /** A static image batch. */
  static INDArray images(HstConfig config, int batch) {
    return TestMaps.gaussian(7, 1, batch, config.height(), config.width(), config.inChannels());
  }

  /** A batch of frames. */
  static INDArray frames(HstConfig config, int batch) {
    return TestMaps.counts(8, 0.4, 3, config.timeSteps(), batch, config.height(), config.width(),
        config.inChannels());
  }

  /** What the form is made for: frames for event models, else images. */
  static INDArray input(HstConfig config, int batch) {
    return config.form().seesEvents() ? frames(config, batch) : images(config, batch);
  }
}
