package io.qkformer.attention;

import io.qkformer.inference.InferenceLayer;
import io.qkformer.layer.Layer;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Residual;
import io.qkformer.layer.Sequential;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.StateVisitor;
import io.qkformer.layer.StochasticDepth;
import io.qkformer.neuron.PreActivated;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A block (eq. 13, 14): {@code x' = x + Attention(x)}, {@code x'' = x' + MLP(x')}. No norm, no position embedding. */
public final class TransformerBlock implements Layer {

  private static final String MLP = "mlp";

  private final Sequential parts;

  /**
   * A block.
   *
   * @param name tells this block's random draws from another's
   */
  public TransformerBlock(BlockConfig config, String name) {
    AttentionConfig attention = config.attention();
    this.parts = new Sequential(List.of(config.attentionName(), MLP), List.of(
        connect(new SpikingAttention(attention), config, name + "." + config.attentionName()),
        connect(new SpikingMlp(attention.width(), config.hidden(), attention.neuron(), attention.shortcut(),
            config.mlpNames()), config, name + "." + MLP)));
  }

  private static Layer connect(Layer branch, BlockConfig config, String name) {
    Layer spiking = PreActivated.of(config.attention().shortcut(), config.attention().neuron(), branch);
    return new Residual(new StochasticDepth(spiking, config.stochasticDepth(), name));
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    return parts.forward(x, pass);
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
}
