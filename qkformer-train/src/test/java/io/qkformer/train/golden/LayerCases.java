package io.qkformer.train.golden;

import io.qkformer.attention.AttentionCore;
import io.qkformer.attention.ChannelAttention;
import io.qkformer.attention.SelfAttention;
import io.qkformer.attention.TokenAttention;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.NeuronStep.ResetGradient;
import io.qkformer.layer.BatchNorm;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.Layer;
import io.qkformer.layer.MaxPool;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.StateLayout;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.NeuronTrace;
import io.qkformer.neuron.SigmoidSurrogate;
import io.qkformer.neuron.SpikingNeuron;
import io.qkformer.tensor.Layouts;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Golden cases of single layers. */
final class LayerCases {

  private LayerCases() {
  }

  static NeuronConfig neuronConfig(GoldenCase golden, String kind) {
    NeuronConfig config = NeuronConfig.of(NeuronConfig.Model.valueOf(golden.config(kind).asText()
            .toUpperCase(Locale.ROOT)))
        .withThreshold(golden.config("v_th").asDouble()).withTau(golden.config("tau").asDouble())
        .withSurrogate(new SigmoidSurrogate(golden.config("alpha").asDouble()))
        .withResetGradient(golden.config("detach_reset").asBoolean() ? ResetGradient.DETACHED : ResetGradient.FULL);
    if (golden.hasConfig("v_reset")) {
      config = golden.config("v_reset").isNull() ? config.withSoftReset()
          : config.withHardReset(golden.config("v_reset").asDouble());
    }
    return golden.hasConfig("decay_input") && !golden.config("decay_input").asBoolean()
        ? config.withInputDecay(NeuronConfig.InputDecay.RAW) : config;
  }

  static void neuron(GoldenCase golden, Engine engine) {
    SpikingNeuron neuron = new SpikingNeuron(neuronConfig(golden, "kind"));
    GoldenState.load(golden, neuron);
    try (Pass pass = Pass.training(engine, golden.config("T").asInt())) {
      INDArray x = golden.array("in/x");
      Output output = neuron.forward(x, pass);
      golden.check("out/spikes", output.value());
      golden.check("grad/x", output.backward().apply(golden.array("in/g")));
      GoldenState.checkGradients(golden, neuron);
      NeuronTrace trace = neuron.trace(x, pass);
      golden.check("out/spikes", trace.spikes());
      golden.check("out/membrane", trace.potentials());
      golden.check("out/v_last", trace.last());
    }
  }

  static void batchNorm(GoldenCase golden, Engine engine) {
    INDArray x = golden.array("in/x");
    BatchNorm norm = new BatchNorm((int) x.size(1));
    GoldenState.load(golden, norm);
    Mode mode = golden.config("training").asBoolean() ? Mode.TRAINING : Mode.FROZEN_STATISTICS;
    run(golden, norm, mode, engine);
    GoldenState.checkBuffers(golden, norm);
  }

  static void convolution(GoldenCase golden, Engine engine) {
    Conv2d convolution = Conv2d.of(golden.config("cin").asInt(), golden.config("cout").asInt(),
        golden.config("kernel").asInt(), golden.config("stride").asInt(), golden.config("padding").asInt(),
        golden.config("bias").asBoolean() ? Conv2d.Bias.LEARNED : Conv2d.Bias.NONE);
    GoldenState.load(golden, convolution);
    run(golden, convolution, Mode.TRAINING, engine);
  }

  static void linear(GoldenCase golden, Engine engine) {
    Conv2d linear = Conv2d.linear(golden.config("cin").asInt(), golden.config("cout").asInt(), Conv2d.Bias.LEARNED,
        StateLayout.LINEAR);
    GoldenState.load(golden, linear);
    run(golden, linear, Mode.TRAINING, engine);
  }

  static void maxPool(GoldenCase golden, Engine engine) {
    run(golden, new MaxPool(), Mode.TRAINING, engine);
  }

  private static void run(GoldenCase golden, Layer layer, Mode mode, Engine engine) {
    try (Pass pass = Pass.of(mode, engine, 1)) {
      Output output = layer.forward(toMap(golden.array("in/x")), pass);
      golden.check("out/y", fromMap(output.value(), golden.tensor("out/y").shape()));
      INDArray dx = output.backward().apply(toMap(golden.array("in/g")));
      golden.check("grad/x", fromMap(dx, golden.tensor("grad/x").shape()));
      GoldenState.checkGradients(golden, layer);
    }
  }

  /** {@code [N, C]}, {@code [N, C, L]} or {@code [N, C, H, W]} as a map of one step. */
  private static INDArray toMap(INDArray x) {
    long[] shape = x.shape();
    long height = shape.length > 2 ? shape[2] : 1;
    long width = shape.length > 3 ? shape[3] : 1;
    return Layouts.fromFoldedNchw(x.reshape('c', shape[0], shape[1], height, width), 1);
  }

  private static INDArray fromMap(INDArray map, long[] shape) {
    return Layouts.toFoldedNchw(map).reshape('c', shape);
  }

  static void attentionCore(GoldenCase golden, Engine engine) {
    int width = golden.config("C").asInt();
    int heads = golden.config("heads").asInt();
    int steps = golden.config("T").asInt();
    NeuronConfig neuron = NeuronConfig.lif().withTau(golden.config("tau").asDouble())
        .withThreshold(golden.config("attn_v_th").asDouble());
    AttentionCore core = switch (golden.config("op").asText()) {
      case "qkta" -> new TokenAttention(width, heads, neuron);
      case "qkca" -> new ChannelAttention(width, neuron);
      case "ssa" -> new SelfAttention(width, heads, golden.config("scale").asDouble(), neuron);
      default -> throw new AssertionError("unknown attention " + golden.config("op"));
    };
    try (Pass pass = Pass.training(engine, steps)) {
      List<INDArray> projected = core.projections().stream()
          .map(name -> Layouts.fromFoldedNchw(golden.array("in/" + name), steps)).toList();
      AttentionCore.Attended attended = core.attend(projected, pass);
      golden.check("out/y", Layouts.toFoldedNchw(attended.value()));
      List<INDArray> gradients = attended.backward().apply(Layouts.fromFoldedNchw(golden.array("in/g"), steps));
      for (int i = 0; i < gradients.size(); i++) {
        golden.check("grad/" + core.projections().get(i), Layouts.toFoldedNchw(gradients.get(i)));
      }
    }
  }
}
