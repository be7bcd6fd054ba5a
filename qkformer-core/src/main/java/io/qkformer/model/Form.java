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
  SPIKFORMER(2, AttentionConfig.Names.LINEAR, SpikingMlp.Names.FC_LINEAR),
  /** Spikformer on event cameras (Spikformer-2-256): all four units of SPS pool; Q, K and V have no bias. */
  SPIKFORMER_EVENTS(4, AttentionConfig.Names.CONV, SpikingMlp.Names.FC);

  private static final String QK_ATTENTION = "tssa";

  private final EmbeddingPath stem;
  private final Order order;
  private final String stageUnit;
  private final String selfAttention;
  private final SpikingMlp.Names mlpNames;
  private final AttentionConfig.Names attentionNames;
  private final int pooling;

  Form(EmbeddingPath stem, Order order, String stageUnit, String selfAttention, SpikingMlp.Names mlpNames) {
    this.stem = stem;
    this.order = order;
    this.stageUnit = stageUnit;
    this.selfAttention = selfAttention;
    this.mlpNames = mlpNames;
    this.attentionNames = AttentionConfig.Names.CONV;
    this.pooling = 0;
  }

  /** A Spikformer, whose SPS pools after so many of its units. */
  Form(int pooling, AttentionConfig.Names attentionNames, SpikingMlp.Names mlpNames) {
    this.stem = null;
    this.order = Order.POOL_LAST;
    this.stageUnit = null;
    this.selfAttention = "attn";
    this.mlpNames = mlpNames;
    this.attentionNames = attentionNames;
    this.pooling = pooling;
  }

  /** Whether it is a Spikformer: one stage behind SPS instead of a hierarchy behind PEDS. */
  public boolean isSpikformer() {
    return stem == null;
  }

  /** Whether its input is what an event camera sees: two channels. */
  boolean seesEvents() {
    return this == EVENTS || this == SPIKFORMER_EVENTS;
  }

  /** F of the first stage's embedding; null for Spikformer, which has SPS. */
  EmbeddingPath stem() {
    return stem;
  }

  /** The order of F that the reference uses. */
  public Order order() {
    return order;
  }

  EmbeddingPath stageEmbedding(Order chosen) {
    return EmbeddingPath.stage(stageUnit, chosen);
  }

  String attentionName(AttentionKind kind) {
    return switch (kind) {
      case SSA, SDSA -> selfAttention;
      case QKTA, QKCA -> isSpikformer() ? selfAttention : QK_ATTENTION;
    };
  }

  AttentionConfig.Names attentionNames() {
    return attentionNames;
  }

  SpikingMlp.Names mlpNames() {
    return mlpNames;
  }

  String embeddingName(int stage) {
    return isSpikformer() ? "patch_embed" : "patch_embed" + (stage + 1);
  }

  /**
   * The name of a stage in the state_dict; its blocks are {@code NAME.0}, {@code NAME.1} and so on. The one place that
   * knows it: Spikformer's single stage has no number.
   *
   * @param stage from 0 on
   */
  public String stageName(int stage) {
    return isSpikformer() ? "block" : "stage" + (stage + 1);
  }

  /** Whether the reference registers each stage behind its embedding, rather than all embeddings first. */
  boolean interleavesStages() {
    return this == EVENTS;
  }

  int stemReduction() {
    return isSpikformer() ? 1 << pooling : stem.reduction();
  }

  /** Units of SPS that are followed by pooling; 0 where there is no SPS. */
  int pooling() {
    return pooling;
  }
}
