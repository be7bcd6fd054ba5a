package io.qkformer.examples;

import io.qkformer.attention.AttentionKind;
import io.qkformer.attention.SsaTiming;
import io.qkformer.model.Form;
import io.qkformer.model.HstConfig;
import io.qkformer.model.Preset;
import io.qkformer.neuron.NeuronConfig;
import java.util.List;
import picocli.CommandLine.Option;

/** Which model: a preset of the paper, or a free configuration. */
final class ModelOptions {

  @Option(names = "--model", paramLabel = "NAME",
      description = "a model of the paper (hst-4-384-cifar10, ...); without it the options below make one")
  private String preset;

  @Option(names = "--form", defaultValue = "IMAGENET",
      description = "${COMPLETION-CANDIDATES}: stem and order of F; default: ${DEFAULT-VALUE}")
  private Form form;

  @Option(names = "--width", defaultValue = "128", paramLabel = "C",
      description = "channels of the last stage; halves towards the first; default: ${DEFAULT-VALUE}")
  private int width;

  @Option(names = "--depths", split = ",", defaultValue = "1,1,1", paramLabel = "N",
      description = "blocks of each stage; default: ${DEFAULT-VALUE}")
  private List<Integer> depths;

  @Option(names = "--attention", split = ",", defaultValue = "QKTA,QKTA,SSA", paramLabel = "KIND",
      description = "${COMPLETION-CANDIDATES} for each stage; default: ${DEFAULT-VALUE}")
  private List<AttentionKind> attention;

  @Option(names = "--heads", defaultValue = "4", description = "default: ${DEFAULT-VALUE}")
  private int heads;

  @Option(names = "--mlp-ratio", defaultValue = "4", paramLabel = "R", description = "default: ${DEFAULT-VALUE}")
  private double mlpRatio;

  @Option(names = "--size", defaultValue = "32", paramLabel = "PIXELS",
      description = "side of the images; default: ${DEFAULT-VALUE}")
  private int size;

  @Option(names = {"-T", "--time-steps"}, paramLabel = "T",
      description = "simulation steps; default: the preset's, else 2")
  private Integer timeSteps;

  @Option(names = "--neuron", defaultValue = "LIF",
      description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  private NeuronConfig.Model neuron;

  @Option(names = "--ssa-timing", defaultValue = "PER_SAMPLE",
      description = "${COMPLETION-CANDIDATES}: MERGED is for published weights; default: ${DEFAULT-VALUE}")
  private SsaTiming ssaTiming;

  @Option(names = "--stochastic-depth", defaultValue = "0", paramLabel = "RATE",
      description = "of the last block; default: ${DEFAULT-VALUE}")
  private double stochasticDepth;

  /** The configuration, for so many classes; null: the preset's own, or 10. */
  HstConfig config(Integer classes) {
    HstConfig config = preset != null ? Preset.named(preset).config()
        : HstConfig.of(form, size, width, depths.stream().mapToInt(Integer::intValue).toArray(),
            attention.toArray(AttentionKind[]::new), heads, mlpRatio, 10, 2);
    config = classes == null ? config : config.withClasses(classes);
    config = timeSteps == null ? config : config.withTimeSteps(timeSteps);
    return config.withNeuron(NeuronConfig.of(neuron)).withSsaTiming(ssaTiming).withStochasticDepth(stochasticDepth);
  }
}
