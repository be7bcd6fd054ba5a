package io.qkformer.model;

import io.qkformer.attention.AttentionConfig;
import io.qkformer.attention.BlockConfig;
import io.qkformer.attention.TransformerBlock;
import io.qkformer.embedding.PatchEmbedding;
import io.qkformer.embedding.SpikingPatchSplitting;
import io.qkformer.inference.InferenceLayer;
import io.qkformer.layer.Layer;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Recomputable;
import io.qkformer.layer.Recompute;
import io.qkformer.layer.Sequential;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.StateVisitor;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A stage of the hierarchy: patch embedding, then transformer blocks. */
final class Stage {

  private final String embeddingName;
  private final String stageName;
  private final Layer embedding;
  private final List<Layer> blocks = new ArrayList<>();
  private final Sequential parts;

  Stage(HstConfig config, int index) {
    Form form = config.form();
    StageConfig stage = config.stages().get(index);
    this.embeddingName = form.embeddingName(index);
    this.stageName = form.stageName(index);
    this.embedding = new Recomputable(embedding(config, index), Recompute.ALL);
    int before = config.stages().subList(0, index).stream().mapToInt(StageConfig::depth).sum();
    for (int i = 0; i < stage.depth(); i++) {
      AttentionConfig attention = new AttentionConfig(stage.attention(), stage.width(), stage.heads(), config.neuron(),
          config.attentionThreshold(), config.ssaScale(), config.ssaTiming(), config.shortcut(),
          form.attentionNames());
      // timm's linspace(0, rate, depth)
      double rate = config.depth() == 1 ? 0 : config.stochasticDepth() * (before + i) / (config.depth() - 1);
      blocks.add(new Recomputable(new TransformerBlock(new BlockConfig(attention, stage.hidden(), rate,
          form.attentionName(stage.attention()), form.mlpNames()), stageName + "." + i), Recompute.BLOCKS));
    }
    List<String> names = new ArrayList<>(List.of(embeddingName));
    List<Layer> layers = new ArrayList<>(List.of(embedding));
    for (int i = 0; i < blocks.size(); i++) {
      names.add(stageName + "." + i);
      layers.add(blocks.get(i));
    }
    this.parts = new Sequential(names, layers);
  }

  private static Layer embedding(HstConfig config, int index) {
    Form form = config.form();
    int width = config.stages().get(index).width();
    if (form.isSpikformer()) {
      return new SpikingPatchSplitting(config.inChannels(), width, form.pooling(), config.neuron());
    }
    return index == 0
        ? PatchEmbedding.create(form.stem(), config.inChannels(), width, config.neuron(), config.shortcut())
        : PatchEmbedding.create(form.stageEmbedding(config.order()), config.stages().get(index - 1).width(), width,
            config.neuron(), config.shortcut());
  }

  Output forward(INDArray x, Pass pass) {
    return parts.forward(x, pass);
  }

  InferenceLayer forInference() {
    return parts.forInference();
  }

  void visitEmbedding(StateVisitor visitor) {
    embedding.visit(embeddingName + ".", visitor);
  }

  void visitBlocks(StateVisitor visitor) {
    for (int i = 0; i < blocks.size(); i++) {
      blocks.get(i).visit(stageName + "." + i + ".", visitor);
    }
  }

  MapShape trace(MapShape input, ShapeTrace trace) {
    return parts.trace("", input, trace);
  }
}
