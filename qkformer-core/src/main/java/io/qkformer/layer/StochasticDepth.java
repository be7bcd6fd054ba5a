package io.qkformer.layer;

import io.qkformer.inference.InferenceLayer;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.RandomStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stochastic depth (Huang et al. 2016): in training, each sample skips the branch with probability {@code rate}, and
 * what remains is scaled by {@code 1 / (1 - rate)}, as timm's DropPath does; in evaluation it is the branch itself.
 * The draws are a function of the pass's seed and step and of the layer's name.
 */
public final class StochasticDepth implements Layer {

  private final Layer branch;
  private final double rate;
  private final String name;

  /**
   * Wraps a branch.
   *
   * @param rate probability of skipping, in [0, 1)
   * @param name tells this layer's draws from another's
   */
  public StochasticDepth(Layer branch, double rate, String name) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("stochastic depth rate must be in [0, 1), got " + rate + " (" + name + ")");
    }
    this.branch = branch;
    this.rate = rate;
    this.name = name;
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    Output inner = branch.forward(x, pass);
    if (rate == 0 || !pass.mode().isRandom()) {
      return inner;
    }
    float[] factors = new float[(int) x.size(1)];
    RandomStream random = pass.random("stochastic depth " + name);
    for (int b = 0; b < factors.length; b++) {
      factors[b] = random.nextDouble() < rate ? 0f : (float) (1 / (1 - rate));
    }
    INDArray y = scale(inner.value(), factors, pass);
    pass.release(inner.value());
    if (!pass.mode().keepsState()) {
      return Output.evaluated(y);
    }
    return new Output(y, gradient -> {
      INDArray scaled = scale(gradient, factors, pass);
      INDArray dx = inner.backward().apply(scaled);
      pass.release(scaled);
      return dx;
    });
  }

  /** A copy whose samples (axis 1) are multiplied by their factors. */
  private static INDArray scale(INDArray x, float[] factors, Pass pass) {
    INDArray y = pass.allocate(x.shape());
    int frame = Math.toIntExact(x.length() / (x.size(0) * factors.length));
    Floats source = Floats.of(x);
    Floats target = Floats.of(y);
    pass.engine().workers().forEach(Math.toIntExact(x.size(0) * factors.length), (index, scratch) -> {
      float[] tile = scratch.floats(0, frame);
      source.read((long) index * frame, tile, 0, frame);
      float factor = factors[index % factors.length];
      for (int j = 0; j < frame; j++) {
        tile[j] *= factor;
      }
      target.write((long) index * frame, tile, 0, frame);
    });
    return y;
  }

  /** The branch's: nothing is skipped in evaluation. */
  @Override
  public InferenceLayer forInference() {
    return branch.forInference();
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    int first = trace.position();
    MapShape output = branch.trace(name, input, trace);
    if (rate > 0) {
      trace.hold(first, trace.position(), output.floatBytes());
    }
    return output;
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    branch.visit(prefix, visitor);
  }
}
