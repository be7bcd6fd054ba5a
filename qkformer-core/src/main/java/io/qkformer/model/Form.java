package io.qkformer.model;

import io.qkformer.attention.AttentionConfig;
import io.qkformer.attention.AttentionKind;
import io.qkformer.attention.SpikingMlp;
import io.qkformer.embedding.EmbeddingPath;
import io.qkformer.embedding.EmbeddingPath.Order;

/** The families of models in the paper: their stem, the order of F between stages, and the reference's names. */
public enum Form {

  /** CIFAR: the stem keeps the resolution. */
  CIFAR(EmbeddingPath.cifarStem(), Order.POOL_LAST, "proj3", "ssa", SpikingMlp.Names.MLP),
  /** As CIFAR, but the stem halves the resolution and F pools first: for small images on a CPU. Not in the paper. */
  COMPACT(EmbeddingPath.compactStem(), Order.POOL_FIRST, "proj3", "ssa", SpikingMlp.Names.MLP),
  /** ImageNet: the stem quarters the resolution. */
  IMAGENET(EmbeddingPath.imageNetStem(), Order.POOL_FIRST, "proj3", "attn", SpikingMlp.Names.FC),
  /** Event cameras: the stem divides the resolution by 8; the input carries time. */
  EVENTS(EmbeddingPath.eventStem(), Order.POOL_LAST, "proj", "ssa", SpikingMlp.Names.MLP),
  /** Spikformer on CIFAR, the baseline of Tables 2-4: one stage behind SPS, a quarter of the resolution. */
  SPIKFORMER(null, null, null, "attn", SpikingMlp.Names.FC_LINEAR);

  private static final String QK_ATTENTION = "tssa";

  private final EmbeddingPath stem;
  private final Order order;
  private final String stageUnit;
  private final String selfAttention;
  private final SpikingMlp.Names mlpNames;

  Form(EmbeddingPath stem, Order order, String stageUnit, String selfAttention, SpikingMlp.Names mlpNames) {
    this.stem = stem;
    this.order = order;
    this.stageUnit = stageUnit;
    this.selfAttention = selfAttention;
    this.mlpNames = mlpNames;
  }

  /** F of the first stage's embedding; null for Spikformer, which has SPS. */
  EmbeddingPath stem() {
    return stem;
  }

  /** The order of F that the reference uses. */
  public Order order() {
    return order == null ? Order.POOL_LAST : order;
  }

  EmbeddingPath stageEmbedding(Order chosen) {
    return EmbeddingPath.stage(stageUnit, chosen);
  }

  String attentionName(AttentionKind kind) {
    return switch (kind) {
      case SSA, SDSA -> selfAttention;
      case QKTA, QKCA -> this == SPIKFORMER ? selfAttention : QK_ATTENTION;
    };
  }

  AttentionConfig.Names attentionNames() {
    return this == SPIKFORMER ? AttentionConfig.Names.LINEAR : AttentionConfig.Names.CONV;
  }

  SpikingMlp.Names mlpNames() {
    return mlpNames;
  }

  String embeddingName(int stage) {
    return this == SPIKFORMER ? "patch_embed" : "patch_embed" + (stage + 1);
  }

  /**
   * The name of a stage in the state_dict; its blocks are {@code NAME.0}, {@code NAME.1} and so on. The one place that
   * knows it: Spikformer's single stage has no number.
   *
   * @param stage from 0 on
   */
  public String stageName(int stage) {
    return this == SPIKFORMER ? "block" : "stage" + (stage + 1);
  }

  /** Whether the reference registers each stage behind its embedding, rather than all embeddings first. */
  boolean interleavesStages() {
    return this == EVENTS;
  }

  int stemReduction() {
    return stem == null ? 1 << SPS_POOLING : stem.reduction();
  }

  /** Units of SPS that are followed by pooling, on CIFAR. */
  static final int SPS_POOLING = 2;
}
