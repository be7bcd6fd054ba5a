package io.qkformer.layer;

import io.qkformer.inference.InferenceLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A part of a network that a pass may compute again for its backward pass ({@link Pass#recompute}): then forward keeps
 * the part's input alone, as bits or bytes where it holds spikes or counts. Running statistics are updated once, and
 * random layers draw the same twice, because their draws are a function of seed, step and name.
 */
public final class Recomputable implements Layer {

  private final Layer part;
  private final Recompute from;

  /**
   * Wraps a part.
   *
   * @param from the setting from which on it is computed again
   */
  public Recomputable(Layer part, Recompute from) {
    this.part = part;
    this.from = from;
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    if (!pass.mode().keepsState() || !pass.recompute().covers(from)) {
      return part.forward(x, pass);
    }
    String place = pass.place();
    INDArray y = part.forward(x, pass.unkept()).value();
    Saved kept = Saved.of(x, pass);
    return new Output(y, gradient -> {
      INDArray again = kept.restore(pass);
      Output output = part.forward(again, pass.again(place));
      pass.release(again);
      pass.release(output.value());
      return output.backward().apply(gradient);
    });
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    int first = trace.position();
    Content content = trace.content();
    MapShape output = part.trace(name, input, trace);
    trace.part(first, from, content, input);
    return output;
  }

  /** Inference keeps nothing, so there is nothing to recompute. */
  @Override
  public InferenceLayer forInference() {
    return part.forInference();
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    part.visit(prefix, visitor);
  }
}
