package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;

/** A neuron per element: a current to spikes (eq. 1-3). */
public final class NeuronLayer implements InferenceLayer {

  private final NeuronStep step;

  /** Neurons with these constants. */
  public NeuronLayer(NeuronStep step) {
    this.step = step;
  }

  @Override
  public SpikeMap forward(Activation x, InferencePass pass) {
    SpikeMap spikes = new SpikeMap(pass.firing(x.shape()), pass.engine().kernels());
    fire(step, new MapCurrent(x, x.shape()), spikes, 0, pass.engine());
    return spikes;
  }

  /**
   * Fires over all steps of the target's; a static current is the same at each.
   *
   * @param current     of some samples
   * @param firstSample the first of them in the target
   */
  static void fire(NeuronStep step, Current current, SpikeMap target, int firstSample, Engine engine) {
    Shape in = current.shape();
    Shape out = target.shape();
    Kernels kernels = engine.kernels();
    engine.workers().forRanges(in.plane(), current.grain(), (from, to, scratch) -> {
      int rows = (int) (to - from);
      NeuronTile tile = new NeuronTile(kernels, step, in.steps(), rows, in.channels(), scratch);
      for (int t = 0; t < in.steps(); t++) {
        current.read(t, (int) from, rows, tile.current(), tile.at(t), scratch);
      }
      int row = firstSample * out.tokens() + (int) from;
      tile.fire(out.steps(), target.words(), row * target.rowWords(), out.plane() * target.rowWords());
    });
  }
}
