package io.qkformer.examples.baseline;

import io.qkformer.inference.InferenceLayer;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.Layer;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Sequential;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.StateVisitor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Embedding, blocks, a mean over tokens and time, a linear head: static images {@code [1, B, H, W, 3]} or frames
 * {@code [T, B, H, W, 2]} to logits {@code [B, classes]}. Each part is a {@link Layer}, and so is the whole: it trains,
 * evaluates, is saved and loaded, and has an inference twin (whose logits are {@code [1, B, 1, 1, classes]}).
 */
public final class Classifier implements Layer {

  private final int classes;
  private final Sequential parts;

  /**
   * A network whose weights are a function of the seed and of the parameters' names.
   *
   * @param blocks the block of a number, from 0 on
   * @param pool   {@code [T, B, H, W, D] -> [1, B, 1, 1, D]}
   */
  Classifier(BaselineConfig config, Layer embedding, IntFunction<Layer> blocks, Layer pool, long seed) {
    List<String> names = new ArrayList<>(List.of("patch_embed"));
    List<Layer> layers = new ArrayList<>(List.of(embedding));
    for (int i = 0; i < config.depth(); i++) {
      names.add(blockName(i));
      layers.add(blocks.apply(i));
    }
    names.addAll(List.of("pool", "head"));
    layers.addAll(List.of(pool, Conv2d.head(config.width(), config.classes())));
    this.classes = config.classes();
    this.parts = new Sequential(names, layers);
    visit("", (name, parameter) -> parameter.initialize(seed, name));
  }

  /** What a block is called in the state_dict. */
  static String blockName(int index) {
    return "block." + index;
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    Output output = parts.forward(x, pass);
    long batch = x.size(1);
    return new Output(output.value().reshape('c', batch, classes), gradient ->
        output.backward().apply(gradient.reshape('c', 1, batch, 1, 1, classes)));
  }

  @Override
  public InferenceLayer forInference() {
    return parts.forInference();
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    parts.visit(prefix, visitor);
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    return parts.trace(name, input, trace);
  }

  /** Number of learnable values. */
  public long parameterCount() {
    long[] count = {0};
    visit("", (name, parameter) -> count[0] += parameter.count());
    return count[0];
  }
}
