package io.qkformer.model;

import io.qkformer.attention.AttentionConfig;
import io.qkformer.attention.AttentionKind;
import io.qkformer.attention.SsaTiming;
import io.qkformer.embedding.EmbeddingPath.Order;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.Shortcut;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A hierarchical spiking transformer (HST), or a Spikformer. Widths, depths, heads, T, classes and image size are free
 * as far as the strides allow; {@link Preset} names the paper's.
 *
 * @param form               family: stem, order of F, names
 * @param inChannels         3 for images, 2 for event frames
 * @param height             rows of the input it is meant for; another size may be given at any time
 * @param width              columns of the input it is meant for
 * @param stages             one to three or more
 * @param classes            outputs of the head
 * @param timeSteps          T it is meant for; another may be given at any time
 * @param neuron             of all units
 * @param attentionThreshold firing threshold of the attention neurons
 * @param ssaScale           factor of SSA's product
 * @param ssaTiming          time axis of SSA's last neuron
 * @param order              of F between stages
 * @param shortcut           of all residual connections
 * @param stochasticDepth    rate of the last block, in [0, 1); rises linearly from 0 at the first
 */
public record HstConfig(Form form, int inChannels, int height, int width, List<StageConfig> stages, int classes,
    int timeSteps, NeuronConfig neuron, double attentionThreshold, double ssaScale, SsaTiming ssaTiming, Order order,
    Shortcut shortcut, double stochasticDepth) {

  /** Checks every value. */
  public HstConfig {
    Objects.requireNonNull(form, "form");
    Objects.requireNonNull(neuron, "neuron");
    Objects.requireNonNull(ssaTiming, "ssaTiming");
    Objects.requireNonNull(order, "order");
    Objects.requireNonNull(shortcut, "shortcut");
    stages = List.copyOf(stages);
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("a model needs at least one stage");
    }
    if (form.isSpikformer() && stages.size() != 1) {
      throw new IllegalArgumentException("Spikformer has one stage, got " + stages.size());
    }
    if (form.isSpikformer() && shortcut == Shortcut.PRE_ACTIVATION) {
      throw new IllegalArgumentException("Spikformer adds activations; PRE_ACTIVATION needs another form");
    }
    requirePositive("inChannels", inChannels);
    requirePositive("classes", classes);
    requirePositive("timeSteps (T)", timeSteps);
    if (!(attentionThreshold > 0) || !(ssaScale > 0)) {
      throw new IllegalArgumentException("attentionThreshold and ssaScale must be positive, got " + attentionThreshold
          + " and " + ssaScale);
    }
    if (!(stochasticDepth >= 0 && stochasticDepth < 1)) {
      throw new IllegalArgumentException("stochasticDepth must be in [0, 1), got " + stochasticDepth);
    }
    requireSize(form, stages.size(), height, width);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, got " + value);
    }
  }

  private static void requireSize(Form form, int stages, int height, int width) {
    int stride = form.stemReduction() << (stages - 1);
    if (height < stride || width < stride || height % stride != 0 || width % stride != 0) {
      throw new IllegalArgumentException("the strides of this model divide height and width by " + stride + ", got "
          + height + "x" + width + "; use multiples of " + stride);
    }
  }

  /**
   * A model as the reference builds it: widths halve from the last stage to the first.
   *
   * @param width  channels of the last stage
   * @param depths blocks of each stage
   * @param kinds  attention of each stage
   */
  public static HstConfig of(Form form, int size, int width, int[] depths, AttentionKind[] kinds, int heads,
      double mlpRatio, int classes, int timeSteps) {
    if (depths.length != kinds.length) {
      throw new IllegalArgumentException("expected one attention for each of " + depths.length + " depths, got "
          + kinds.length);
    }
    if (depths.length > 0 && width % (1 << (depths.length - 1)) != 0) {
      throw new IllegalArgumentException("the width must halve " + (depths.length - 1) + " times, got " + width);
    }
    List<StageConfig> stages = new ArrayList<>();
    for (int i = 0; i < depths.length; i++) {
      stages.add(new StageConfig(width >> (depths.length - 1 - i), depths[i], kinds[i], heads, mlpRatio));
    }
    return new HstConfig(form, form.seesEvents() ? 2 : 3, size, size, stages, classes, timeSteps,
        NeuronConfig.lif(), AttentionConfig.DEFAULT_THRESHOLD, AttentionConfig.DEFAULT_SCALE, SsaTiming.PER_SAMPLE,
        form.order(), Shortcut.ACTIVATION_BEFORE_ADDITION, 0);
  }

  /** By how much the model divides height and width. */
  public int totalStride() {
    return form.stemReduction() << (stages.size() - 1);
  }

  /** Number of blocks. */
  public int depth() {
    return stages.stream().mapToInt(StageConfig::depth).sum();
  }

  /** The same for inputs of another size. */
  public HstConfig withSize(int newHeight, int newWidth) {
    return new HstConfig(form, inChannels, newHeight, newWidth, stages, classes, timeSteps, neuron,
        attentionThreshold, ssaScale, ssaTiming, order, shortcut, stochasticDepth);
  }

  /** The same with other stages. */
  public HstConfig withStages(List<StageConfig> newStages) {
    return new HstConfig(form, inChannels, height, width, newStages, classes, timeSteps, neuron,
        attentionThreshold, ssaScale, ssaTiming, order, shortcut, stochasticDepth);
  }

  /** The same with another number of classes. */
  public HstConfig withClasses(int newClasses) {
    return new HstConfig(form, inChannels, height, width, stages, newClasses, timeSteps, neuron,
        attentionThreshold, ssaScale, ssaTiming, order, shortcut, stochasticDepth);
  }

  /** The same with another T. */
  public HstConfig withTimeSteps(int newTimeSteps) {
    return new HstConfig(form, inChannels, height, width, stages, classes, newTimeSteps, neuron,
        attentionThreshold, ssaScale, ssaTiming, order, shortcut, stochasticDepth);
  }

  /** The same with another neuron. */
  public HstConfig withNeuron(NeuronConfig newNeuron) {
    return new HstConfig(form, inChannels, height, width, stages, classes, timeSteps, newNeuron,
        attentionThreshold, ssaScale, ssaTiming, order, shortcut, stochasticDepth);
  }

  /** The same with another time axis of SSA's last neuron. */
  public HstConfig withSsaTiming(SsaTiming timing) {
    return new HstConfig(form, inChannels, height, width, stages, classes, timeSteps, neuron,
        attentionThreshold, ssaScale, timing, order, shortcut, stochasticDepth);
  }

  /** The same with another order of F between stages. */
  public HstConfig withOrder(Order newOrder) {
    return new HstConfig(form, inChannels, height, width, stages, classes, timeSteps, neuron,
        attentionThreshold, ssaScale, ssaTiming, newOrder, shortcut, stochasticDepth);
  }

  /** The same with other residual connections. */
  public HstConfig withShortcut(Shortcut newShortcut) {
    return new HstConfig(form, inChannels, height, width, stages, classes, timeSteps, neuron,
        attentionThreshold, ssaScale, ssaTiming, order, newShortcut, stochasticDepth);
  }

  /** The same with another rate of stochastic depth. */
  public HstConfig withStochasticDepth(double rate) {
    return new HstConfig(form, inChannels, height, width, stages, classes, timeSteps, neuron,
        attentionThreshold, ssaScale, ssaTiming, order, shortcut, rate);
  }
}
