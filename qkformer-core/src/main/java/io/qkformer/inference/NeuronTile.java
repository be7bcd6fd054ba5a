package io.qkformer.inference;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.kernel.Scratch;
import java.util.Arrays;

/** Some neurons on one thread, from rest on, step by step (eq. 1-3). All their state stays in the cache. */
final class NeuronTile {

  /** The float slots of {@link Scratch} that belong to a tile are those below. */
  static final int SLOTS = 2;
  /** The slot of {@link #current()}. */
  static final int CURRENT = 0;
  private static final int MEMBRANE = 1;

  private final Kernels kernels;
  private final NeuronStep step;
  private final int rows;
  private final int channels;
  private final float[] current;
  private final float[] membrane;

  NeuronTile(Kernels kernels, NeuronStep step, int rows, int channels, Scratch scratch) {
    this.kernels = kernels;
    this.step = step;
    // rows of whole words leave no gaps between them
    boolean whole = channels % Long.SIZE == 0;
    this.rows = whole ? 1 : rows;
    this.channels = whole ? rows * channels : channels;
    this.current = scratch.floats(CURRENT, rows * channels);
    this.membrane = scratch.floats(MEMBRANE, rows * channels);
    Arrays.fill(membrane, ALIGNED, ALIGNED + rows * channels, step.resetTo());
  }

  /** Where the input of the next step is written, from {@link Scratch#ALIGNED} on; it stays as it is. */
  float[] current() {
    return current;
  }

  /** Does a step; the spikes go to {@code words}, each row from a word of its own on, from {@code wordAt} on. */
  void fire(long[] words, int wordAt) {
    int rowWords = (channels + Long.SIZE - 1) / Long.SIZE;
    for (int row = 0; row < rows; row++) {
      int at = ALIGNED + row * channels;
      kernels.firePacked(step, current, at, membrane, at, channels, words, wordAt + row * rowWords);
    }
  }
}
