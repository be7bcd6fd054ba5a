package io.qkformer.attention;

import io.qkformer.layer.Conv2d;
import io.qkformer.layer.StateLayout;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.Shortcut;
import java.util.Objects;

/**
 * An attention module.
 *
 * @param kind      QKTA, QKCA, SSA or SDSA
 * @param width     channels C
 * @param heads     number of heads; divides the width; channel c belongs to head c / (C / heads)
 * @param neuron    neuron of the projections
 * @param threshold firing threshold of the attention neuron; the reference's is 0.5
 * @param scale     factor of SSA's product; the reference's is 0.125 whatever the head's width
 * @param timing    time axis of SSA's last neuron
 * @param shortcut  of the residual connection round the module
 * @param names     names of the projections
 */
public record AttentionConfig(AttentionKind kind, int width, int heads, NeuronConfig neuron, double threshold,
    double scale, SsaTiming timing, Shortcut shortcut, Names names) {

  /** The reference's threshold of attention neurons. */
  public static final double DEFAULT_THRESHOLD = 0.5;
  /** The reference's scale of SSA. */
  public static final double DEFAULT_SCALE = 0.125;

  /** How the projections are called and shaped in the state_dict. */
  public enum Names {
    /** QKFormer: {@code q_conv} of Conv1d, without bias but for the last. */
    CONV(StateLayout.CONV1D, Conv2d.Bias.NONE),
    /** Spikformer on CIFAR: {@code q_linear} of Linear, with bias. */
    LINEAR(StateLayout.LINEAR, Conv2d.Bias.LEARNED);

    private final StateLayout layout;
    private final Conv2d.Bias bias;

    Names(StateLayout layout, Conv2d.Bias bias) {
      this.layout = layout;
      this.bias = bias;
    }

    /** The weights' form. */
    public StateLayout layout() {
      return layout;
    }

    /** Whether Q, K and V have a bias. */
    public Conv2d.Bias bias() {
      return bias;
    }
  }

  /** Checks widths, threshold and scale. */
  public AttentionConfig {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(neuron, "neuron");
    Objects.requireNonNull(timing, "timing");
    Objects.requireNonNull(shortcut, "shortcut");
    Objects.requireNonNull(names, "names");
    if (width < 1 || heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException("heads must divide the width: heads = " + heads + ", width = " + width);
    }
    if (!(threshold > 0) || !(scale > 0)) {
      throw new IllegalArgumentException("threshold and scale must be positive, got " + threshold + " and " + scale);
    }
  }

  /** The reference's module. */
  public static AttentionConfig of(AttentionKind kind, int width, int heads) {
    return new AttentionConfig(kind, width, heads, NeuronConfig.lif(), DEFAULT_THRESHOLD, DEFAULT_SCALE,
        SsaTiming.PER_SAMPLE, Shortcut.ACTIVATION_BEFORE_ADDITION, Names.CONV);
  }

  /** The same with another neuron. */
  public AttentionConfig withNeuron(NeuronConfig newNeuron) {
    return new AttentionConfig(kind, width, heads, newNeuron, threshold, scale, timing, shortcut, names);
  }

  /** The same with another time axis of SSA's last neuron. */
  public AttentionConfig withTiming(SsaTiming newTiming) {
    return new AttentionConfig(kind, width, heads, neuron, threshold, scale, newTiming, shortcut, names);
  }

  /** The same with another residual connection. */
  public AttentionConfig withShortcut(Shortcut newShortcut) {
    return new AttentionConfig(kind, width, heads, neuron, threshold, scale, timing, newShortcut, names);
  }
}
