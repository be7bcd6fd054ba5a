package io.qkformer.model;

import static io.qkformer.attention.AttentionKind.QKTA;
import static io.qkformer.attention.AttentionKind.SSA;

import io.qkformer.attention.AttentionKind;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The paper's models (Tables 2 and 3). T is the recipes'. All are right in time; published weights want
 * {@link HstConfig#withSsaTiming withSsaTiming(MERGED)}.
 */
public enum Preset {

  /** ImageNet, 16.47 M. */
  HST_10_384("hst-10-384", imageNet(384, 6)),
  /** ImageNet, 29.08 M. */
  HST_10_512("hst-10-512", imageNet(512, 8)),
  /** ImageNet, 64.96 M. */
  HST_10_768("hst-10-768", imageNet(768, 12)),
  /** CIFAR-10, 6.71 M. */
  HST_4_384_CIFAR10("hst-4-384-cifar10", cifar(10)),
  /** CIFAR-100, 6.74 M. */
  HST_4_384_CIFAR100("hst-4-384-cifar100", cifar(100)),
  /** CIFAR10-DVS, 1.50 M. */
  HST_2_256_CIFAR10_DVS("hst-2-256-cifar10-dvs", events(10, 1)),
  /** DVS128 Gesture as in the paper, MLP ratio 1, 1.50 M. */
  HST_2_256_DVS128("hst-2-256-dvs128", events(11, 1)),
  /** DVS128 Gesture as in the reference's code, MLP ratio 4, 2.00 M. */
  HST_2_256_DVS128_REFERENCE("hst-2-256-dvs128-reference", events(11, 4)),
  /** The baseline of Tables 2-4 on CIFAR, 9.32 M. */
  SPIKFORMER_4_384("spikformer-4-384", HstConfig.of(Form.SPIKFORMER, 32, 384, new int[] {4},
      new AttentionKind[] {SSA}, 12, 4, 10, 4));

  private final String id;
  private final HstConfig config;

  Preset(String id, HstConfig config) {
    this.id = id;
    this.config = config;
  }

  private static HstConfig imageNet(int width, int heads) {
    return HstConfig.of(Form.IMAGENET, 224, width, new int[] {1, 2, 7}, new AttentionKind[] {QKTA, QKTA, SSA}, heads,
        4, 1000, 4);
  }

  private static HstConfig cifar(int classes) {
    return HstConfig.of(Form.CIFAR, 32, 384, new int[] {1, 1, 2}, new AttentionKind[] {QKTA, QKTA, SSA}, 8, 4,
        classes, 4);
  }

  private static HstConfig events(int classes, double mlpRatio) {
    return HstConfig.of(Form.EVENTS, 128, 256, new int[] {1, 1}, new AttentionKind[] {QKTA, SSA}, 16, mlpRatio,
        classes, 16);
  }

  /** The name by which command lines and recipes call it. */
  public String id() {
    return id;
  }

  /** The configuration. */
  public HstConfig config() {
    return config;
  }

  /**
   * The preset of this name.
   *
   * @throws IllegalArgumentException when there is none, listing those there are
   */
  public static Preset named(String id) {
    for (Preset preset : values()) {
      if (preset.id.equals(id)) {
        return preset;
      }
    }
    throw new IllegalArgumentException("unknown model '" + id + "'; expected one of "
        + Arrays.stream(values()).map(Preset::id).collect(Collectors.joining(", ")));
  }
}
