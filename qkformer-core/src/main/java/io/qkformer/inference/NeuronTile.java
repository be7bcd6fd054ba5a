package io.qkformer.inference;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.kernel.Scratch;

/** Some neurons on one thread, from rest on, through all steps (eq. 1-3). All their currents stay in the cache. */
final class NeuronTile {

  /** The float slots of {@link Scratch} that belong to a tile are those below. */
  static final int SLOTS = 2;
  /** The slot of {@link #current()}. */
  static final int CURRENT = 0;
  private static final int MEMORY = 1;

  private final Kernels kernels;
  private final NeuronStep neuron;
  private final int driven;
  private final int rows;
  private final int channels;
  private final float[] current;
  private final float[] memory;

  /**
   * Neurons at rest.
   *
   * @param driven the steps with a current of their own: all, or one that is the same at each
   */
  NeuronTile(Kernels kernels, NeuronStep neuron, int driven, int rows, int channels, Scratch scratch) {
    this.kernels = kernels;
    this.neuron = neuron;
    this.driven = driven;
    // rows of whole words leave no gaps between them
    boolean whole = channels % Long.SIZE == 0;
    this.rows = whole ? 1 : rows;
    this.channels = whole ? rows * channels : channels;
    this.current = scratch.floats(CURRENT, driven * rows * channels);
    this.memory = scratch.floats(MEMORY, this.channels);
  }

  /** Where the currents are written. */
  float[] current() {
    return current;
  }

  /** Where those of a step begin. */
  int at(int step) {
    return ALIGNED + step * rows * channels;
  }

  /**
   * Does all steps. The spikes of step t go to {@code words}, each row from a word of its own on, from {@code wordAt + t *
   * wordStep} on.
   */
  void fire(int steps, long[] words, int wordAt, int wordStep) {
    int rowWords = (channels + Long.SIZE - 1) / Long.SIZE;
    int currentStep = driven == 1 ? 0 : rows * channels;
    for (int row = 0; row < rows; row++) {
      kernels.firePackedSteps(neuron, current, ALIGNED + row * channels, currentStep, steps, channels, memory, words,
          wordAt + row * rowWords, wordStep);
    }
  }
}
