package io.qkformer.examples.bench;

import io.qkformer.attention.AttentionKind;
import io.qkformer.attention.SsaTiming;
import io.qkformer.model.Form;
import io.qkformer.model.HstConfig;
import io.qkformer.model.Preset;
import java.util.Locale;

/**
 * The models that are timed: those of the peer's {@code bench_torch.py}, under the same names. Like the peer they run
 * SSA's last neuron over merged time ({@link SsaTiming#MERGED}), so that both compute the same.
 */
enum BenchCase {

  /** HST-4-384 on CIFAR-10. */
  CIFAR384(Preset.HST_4_384_CIFAR10.config(), 16),
  /** The same with 256 channels. */
  CIFAR256(cifar(256), 16),
  /** The same with 128 channels. */
  CIFAR128(cifar(128), 32),
  /** DVS128 Gesture, T = 16, MLP ratio 4. */
  GESTURE(Preset.HST_2_256_DVS128_REFERENCE.config(), 2),
  /** CIFAR10-DVS, T = 16. */
  CIFAR10DVS(Preset.HST_2_256_CIFAR10_DVS.config(), 2),
  /** HST-10-384 on ImageNet. */
  IMAGENET384(Preset.HST_10_384.config(), 1);

  private final HstConfig config;
  private final int batch;

  BenchCase(HstConfig config, int batch) {
    this.config = config.withSsaTiming(SsaTiming.MERGED);
    this.batch = batch;
  }

  private static HstConfig cifar(int width) {
    HstConfig full = Preset.HST_4_384_CIFAR10.config();
    return HstConfig.of(Form.CIFAR, full.height(), width, new int[] {1, 1, 2},
        new AttentionKind[] {AttentionKind.QKTA, AttentionKind.QKTA, AttentionKind.SSA}, 8, 4, full.classes(),
        full.timeSteps());
  }

  /** The peer's name. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Model, image side and T. */
  HstConfig config() {
    return config;
  }

  /** Samples of a step, unless others are asked for. */
  int batch() {
    return batch;
  }
}
