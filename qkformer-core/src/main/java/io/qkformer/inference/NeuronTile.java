package io.qkformer.inference;

import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.kernel.Scratch;
import java.util.Arrays;

/** Some neurons on one thread, from rest on, step by step (eq. 1-3). All their state stays in the cache. */
final class NeuronTile {

  /** The float slots of {@link Scratch} that belong to a tile are those below. */
  static final int SLOTS = 4;
  /** The slot of {@link #current()}. */
  static final int CURRENT = 0;
  private static final int MEMBRANE = 1;
  private static final int POTENTIAL = 2;
  private static final int SPIKES = 3;

  private final Kernels kernels;
  private final NeuronStep step;
  private final int neurons;
  private final float[] current;
  private final float[] membrane;
  private final float[] potential;
  private final float[] spikes;

  NeuronTile(Kernels kernels, NeuronStep step, int neurons, Scratch scratch) {
    this.kernels = kernels;
    this.step = step;
    this.neurons = neurons;
    this.current = scratch.floats(CURRENT, neurons);
    this.membrane = scratch.floats(MEMBRANE, neurons);
    this.potential = scratch.floats(POTENTIAL, neurons);
    this.spikes = scratch.floats(SPIKES, neurons);
    Arrays.fill(membrane, 0, neurons, step.resetTo());
  }

  /** Where the input of the next step is written; it stays as it is. */
  float[] current() {
    return current;
  }

  /** Does a step; returns the spikes, 0 or 1, until the next. */
  float[] fire() {
    kernels.fire(step, current, 0, membrane, potential, 0, spikes, 0, neurons);
    return spikes;
  }
}
