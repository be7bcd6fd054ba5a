package io.qkformer.examples.analyze;

import io.qkformer.attention.AttentionConfig;
import io.qkformer.attention.AttentionCore;
import io.qkformer.attention.ChannelAttention;
import io.qkformer.attention.SelfAttention;
import io.qkformer.attention.SoftmaxAttention;
import io.qkformer.attention.SpikeDrivenAttention;
import io.qkformer.attention.TokenAttention;
import io.qkformer.layer.Pass;
import io.qkformer.neuron.NeuronConfig;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The attentions of the paper's Table 1: what each does with Q, K[, V]. */
enum ComparedAttention {
  /** Vanilla self attention (eq. 5), on real numbers. */
  VSA(3, "O(N^2 D)", "N^2 D"),
  /** Spiking self attention (eq. 7), which the library computes as {@code Q (K^T V)}. */
  SSA(3, "O(N^2 D)", "N D^2 / heads"),
  /** Spike-driven self attention (arXiv 2307.01694). */
  SDSA(3, "O(N D)", "N D"),
  /** Q-K token attention (eq. 10). */
  QKTA(2, "O(D)", "N D"),
  /** Q-K channel attention (eq. 11). */
  QKCA(2, "O(N)", "N D");

  /** From the projections to what is attended. */
  interface Operation {
    AttentionCore.Attended attend(List<INDArray> projected, Pass pass);
  }

  private final int projections;
  private final String paperTime;
  private final String ownTime;

  ComparedAttention(int projections, String paperTime, String ownTime) {
    this.projections = projections;
    this.paperTime = paperTime;
    this.ownTime = ownTime;
  }

  /**
   * The time that the paper's Table 1 gives ("Computational complexity comparison", arXiv 2403.16552, read in a public
   * transcription of a later version's LaTeX), for N tokens of D channels. Of the Q-K attentions it is that of the mask
   * alone; the paper's text gives O(N D) where the attention vector is multiplied, which reading Q and K takes anyway.
   */
  String paperTime() {
    return paperTime;
  }

  /** The operations that the library's does. */
  String ownTime() {
    return ownTime;
  }

  /** Whether it sees spikes rather than real numbers. */
  boolean spikes() {
    return this != VSA;
  }

  /** The operation over so many channels. */
  Operation operation(int width, int heads) {
    NeuronConfig neuron = NeuronConfig.lif().withThreshold(AttentionConfig.DEFAULT_THRESHOLD);
    return switch (this) {
      case VSA -> new SoftmaxAttention(width, heads)::attend;
      case SSA -> new SelfAttention(width, heads, AttentionConfig.DEFAULT_SCALE, neuron)::attend;
      case SDSA -> new SpikeDrivenAttention(width, neuron)::attend;
      case QKTA -> new TokenAttention(width, heads, neuron)::attend;
      case QKCA -> new ChannelAttention(width, neuron)::attend;
    };
  }

  /** Q, K[, V] for a map of this size; the caller's to close. */
  AttentionInputs inputs(int height, int columns, int width) {
    return spikes() ? AttentionInputs.spikes(projections, height, columns, width)
        : AttentionInputs.gaussian(projections, height, columns, width);
  }
}
