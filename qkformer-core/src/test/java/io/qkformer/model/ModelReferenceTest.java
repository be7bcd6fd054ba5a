package io.qkformer.model;

import io.qkformer.attention.AttentionConfig;
import io.qkformer.attention.AttentionKind;
import io.qkformer.attention.SsaTiming;
import io.qkformer.embedding.EmbeddingPath;
import io.qkformer.embedding.EmbeddingPath.Order;
import io.qkformer.layer.Mode;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.Shortcut;
import io.qkformer.neuron.SpikingUnit.Pooling;
import io.qkformer.support.Reference;
import io.qkformer.support.ReferenceCheck;
import io.qkformer.support.ReferenceMap;
import io.qkformer.support.ReferenceParts;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole models, logits and every gradient, against the same models written naively in double precision. */
class ModelReferenceTest {

  static List<HstConfig> configurations() {
    List<HstConfig> all = new ArrayList<>(SmallModels.all());
    HstConfig cifar = SmallModels.config(Form.CIFAR, AttentionKind.SSA);
    all.add(cifar.withSsaTiming(SsaTiming.MERGED));
    all.add(cifar.withOrder(Order.POOL_FIRST));
    all.add(cifar.withNeuron(NeuronConfig.of(NeuronConfig.Model.IF)));
    for (Form form : List.of(Form.CIFAR, Form.IMAGENET, Form.EVENTS)) {
      all.add(SmallModels.config(form, AttentionKind.SSA).withShortcut(Shortcut.PRE_ACTIVATION)
          .withNeuron(NeuronConfig.of(NeuronConfig.Model.PLIF)));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void logitsAndGradientsEqualTheEquations(HstConfig config) {
    new ReferenceCheck(Mode.TRAINING, SmallModels.TIME_STEPS, 2e-4).check(SmallModels.model(config, 3),
        SmallModels.input(config, 2), (ops, x) -> twin(ops, x, config));
  }

  private static ReferenceMap twin(Reference ops, ReferenceMap input, HstConfig config) {
    ReferenceParts parts = new ReferenceParts(ops);
    Form form = config.form();
    ReferenceMap x = input;
    for (int i = 0; i < config.stages().size(); i++) {
      StageConfig stage = config.stages().get(i);
      x = embedding(parts, ops, x, config, i);
      boolean spikformer = form.isSpikformer();
      boolean linear = form == Form.SPIKFORMER;
      String hidden = spikformer || form == Form.IMAGENET ? "fc" : "mlp";
      boolean values = stage.attention() == AttentionKind.SSA || stage.attention() == AttentionKind.SDSA;
      String attention = spikformer || form == Form.IMAGENET && values ? "attn" : values ? "ssa" : "tssa";
      AttentionConfig core = new AttentionConfig(stage.attention(), stage.width(), stage.heads(), config.neuron(),
          config.attentionThreshold(), config.ssaScale(), config.ssaTiming(), config.shortcut(),
          linear ? AttentionConfig.Names.LINEAR : AttentionConfig.Names.CONV);
      for (int b = 0; b < stage.depth(); b++) {
        String prefix = (spikformer ? "block." : "stage" + (i + 1) + ".") + b + ".";
        x = parts.block(prefix, attention, hidden, linear ? "_linear" : "_conv", x, core);
      }
    }
    if (config.shortcut() == Shortcut.PRE_ACTIVATION) {
      x = ops.fire("pool.pre_lif.", x, config.neuron());
    }
    return ops.linear("head.", ops.average(x));
  }

  private static ReferenceMap embedding(ReferenceParts parts, Reference ops, ReferenceMap input, HstConfig config,
      int index) {
    String prefix = "patch_embed" + (index + 1) + ".";
    if (index > 0) {
      EmbeddingPath path = EmbeddingPath.stage(config.form() == Form.EVENTS ? "proj" : "proj3", config.order());
      return parts.embedding(prefix, input, path, config.neuron(), config.shortcut());
    }
    return switch (config.form()) {
      case CIFAR -> parts.embedding(prefix, input, EmbeddingPath.cifarStem(), config.neuron(), config.shortcut());
      case COMPACT -> parts.embedding(prefix, input, EmbeddingPath.compactStem(), config.neuron(),
          config.shortcut());
      case IMAGENET -> parts.embedding(prefix, input, EmbeddingPath.imageNetStem(), config.neuron(),
          config.shortcut());
      case EVENTS -> parts.embedding(prefix, input, EmbeddingPath.eventStem(), config.neuron(), config.shortcut());
      case SPIKFORMER -> splitting(parts, ops, input, 2, config.neuron());
      case SPIKFORMER_EVENTS -> splitting(parts, ops, input, 4, config.neuron());
    };
  }

  private static ReferenceMap splitting(ReferenceParts parts, Reference ops, ReferenceMap input, int pooling,
      NeuronConfig neuron) {
    ReferenceMap x = input;
    for (int i = 0; i < 4; i++) {
      String number = i == 0 ? "" : Integer.toString(i);
      x = parts.unit("patch_embed.proj_conv" + number, "patch_embed.proj_bn" + number,
          "patch_embed.proj_lif" + number, x, 3, 1, Pooling.NONE, neuron);
      x = i >= 4 - pooling ? ops.pool(x) : x;
    }
    return ops.add(x, parts.unit("patch_embed.rpe_conv", "patch_embed.rpe_bn", "patch_embed.rpe_lif", x, 3, 1,
        Pooling.NONE, neuron));
  }
}
