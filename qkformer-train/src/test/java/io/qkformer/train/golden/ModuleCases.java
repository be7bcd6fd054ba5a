package io.qkformer.train.golden;

import io.qkformer.attention.AttentionConfig;
import io.qkformer.attention.AttentionKind;
import io.qkformer.attention.BlockConfig;
import io.qkformer.attention.SpikingAttention;
import io.qkformer.attention.SpikingMlp;
import io.qkformer.attention.SsaTiming;
import io.qkformer.attention.TransformerBlock;
import io.qkformer.embedding.EmbeddingPath;
import io.qkformer.embedding.PatchEmbedding;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.Layer;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.model.Form;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.Shortcut;
import io.qkformer.neuron.SpikingUnit;
import io.qkformer.neuron.UnitNames;
import io.qkformer.tensor.Layouts;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Golden cases of units, embeddings, attention modules and blocks: a training pass and an evaluation pass. */
final class ModuleCases {

  private ModuleCases() {
  }

  static void chain(GoldenCase golden, Engine engine) {
    int in = (int) golden.tensor("in/x").shape()[1];
    int out = (int) golden.tensor("in/g").shape()[1];
    int kernel = golden.config("kernel").asInt();
    Conv2d convolution = Conv2d.of(in, out, kernel, golden.config("stride").asInt(), kernel / 2, Conv2d.Bias.NONE);
    run(golden, new SpikingUnit(UnitNames.conv("proj"), convolution,
        golden.config("pool").asBoolean() ? SpikingUnit.Pooling.MAX : SpikingUnit.Pooling.NONE, NeuronConfig.lif()),
        engine);
  }

  static void peds(GoldenCase golden, Engine engine) {
    Form form = form(golden);
    EmbeddingPath path = golden.config("stem").asBoolean()
        ? switch (form) {
          case CIFAR -> EmbeddingPath.cifarStem();
          case IMAGENET -> EmbeddingPath.imageNetStem();
          default -> EmbeddingPath.eventStem();
        }
        : EmbeddingPath.stage(form == Form.EVENTS ? "proj" : "proj3", form.order());
    run(golden, PatchEmbedding.create(path, golden.config("cin").asInt(), golden.config("dim").asInt(),
        NeuronConfig.lif(), Shortcut.ACTIVATION_BEFORE_ADDITION), engine);
  }

  static Form form(GoldenCase golden) {
    return switch (golden.config("form").asText()) {
      case "cifar" -> Form.CIFAR;
      case "imagenet" -> Form.IMAGENET;
      case "dvs" -> Form.EVENTS;
      default -> throw new AssertionError("unknown form " + golden.config("form"));
    };
  }

  static void qkAttention(GoldenCase golden, Engine engine) {
    AttentionKind kind = switch (golden.config("axis").asText()) {
      case "token" -> AttentionKind.QKTA;
      case "channel" -> AttentionKind.QKCA;
      default -> throw new AssertionError("unknown axis " + golden.config("axis"));
    };
    run(golden, new SpikingAttention(new AttentionConfig(kind, golden.config("dim").asInt(),
        golden.config("heads").asInt(), NeuronConfig.lif(), golden.config("attn_v_th").asDouble(),
        AttentionConfig.DEFAULT_SCALE, SsaTiming.PER_SAMPLE, Shortcut.ACTIVATION_BEFORE_ADDITION,
        AttentionConfig.Names.CONV)), engine);
  }

  static void ssa(GoldenCase golden, Engine engine) {
    run(golden, new SpikingAttention(new AttentionConfig(AttentionKind.SSA, golden.config("dim").asInt(),
        golden.config("heads").asInt(), NeuronConfig.lif(), golden.config("attn_v_th").asDouble(),
        golden.config("scale").asDouble(), timing(golden), Shortcut.ACTIVATION_BEFORE_ADDITION,
        AttentionConfig.Names.CONV)), engine);
  }

  static SsaTiming timing(GoldenCase golden) {
    return golden.config("merged_time").asBoolean() ? SsaTiming.MERGED : SsaTiming.PER_SAMPLE;
  }

  static AttentionKind kind(String name) {
    return AttentionKind.valueOf(name.toUpperCase(Locale.ROOT));
  }

  static void smlp(GoldenCase golden, Engine engine) {
    run(golden, new SpikingMlp(golden.config("dim").asInt(), golden.config("hidden").asInt(), NeuronConfig.lif(),
        Shortcut.ACTIVATION_BEFORE_ADDITION, SpikingMlp.Names.valueOf(golden.config("prefix").asText()
        .toUpperCase(Locale.ROOT))), engine);
  }

  static void block(GoldenCase golden, Engine engine) {
    AttentionKind kind = kind(golden.config("attention").asText());
    boolean imageNet = form(golden) == Form.IMAGENET;
    int width = golden.config("dim").asInt();
    AttentionConfig attention = AttentionConfig.of(kind, width, golden.config("heads").asInt())
        .withTiming(timing(golden));
    String name = kind != AttentionKind.SSA ? "tssa" : imageNet ? "attn" : "ssa";
    run(golden, new TransformerBlock(new BlockConfig(attention, (int) (width * golden.config("mlp_ratio").asDouble()),
        0, name, imageNet ? SpikingMlp.Names.FC : SpikingMlp.Names.MLP), "block"), engine);
  }

  private static void run(GoldenCase golden, Layer layer, Engine engine) {
    int steps = golden.config("T").asInt();
    GoldenState.load(golden, layer);
    INDArray x = Layouts.fromFoldedNchw(golden.array("in/x"), steps);
    try (Pass pass = Pass.evaluation(engine, steps)) {
      golden.check("out/y_eval", Layouts.toFoldedNchw(layer.forward(x, pass).value()));
    }
    try (Pass pass = Pass.training(engine, steps)) {
      Output output = layer.forward(x, pass);
      golden.check("out/y", Layouts.toFoldedNchw(output.value()));
      INDArray dx = output.backward().apply(Layouts.fromFoldedNchw(golden.array("in/g"), steps));
      golden.check("grad/x", Layouts.toFoldedNchw(dx));
      GoldenState.checkGradients(golden, layer);
      GoldenState.checkBuffers(golden, layer);
    }
  }
}
