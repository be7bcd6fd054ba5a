package io.qkformer.neuron;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.kernel.ChannelNorm;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.kernel.Scratch;
import io.qkformer.layer.NormalizedMap;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.Shapes;

/**
 * How the neurons of a map are cut into tiles, of which all steps are computed while they are in the cache, and what is
 * read for a tile. The current of a batch-normed map is read as it was before, and normed by the kernels.
 */
final class NeuronTiles {

  /** Slots of the scratch memory: each tile has a row for each step, from {@link Scratch#ALIGNED} on. */
  static final int CURRENT = 0;
  static final int POTENTIAL = 1;
  static final int SPIKES = 2;
  static final int GRADIENT = 3;
  static final int MEMORY = 4;
  static final int NORMED = 5;
  private static final int WORDS = 0;

  /** Neurons of a tile. */
  private static final int SIZE = 2048;
  /** The most groups of tiles. */
  private static final int MOST_PARTIALS = 64;
  private static final int TILES_OF_PARTIAL = 8;
  /** Floats of a cache line. */
  private static final int LINE = 16;

  private final FloatSource source;
  private final ChannelNorm norm;
  private final long[] shape;
  private final int inputSteps;
  private final int steps;
  private final long neurons;

  /** Tiles of neurons that see this current, {@code shape = [T0, ...]}, for so many steps. */
  NeuronTiles(FloatSource current, long[] shape, int steps) {
    boolean normed = current instanceof NormalizedMap && hasWholeRows(shape);
    this.source = normed ? ((NormalizedMap) current).map() : current;
    this.norm = normed ? ((NormalizedMap) current).norm() : ChannelNorm.NONE;
    this.shape = shape.clone();
    this.inputSteps = (int) shape[0];
    this.steps = steps;
    this.neurons = Shapes.length(shape) / shape[0];
  }

  /** Whether tiles are whole rows of channels. */
  static boolean hasWholeRows(long[] shape) {
    return shape[shape.length - 1] <= SIZE;
  }

  /** How many groups of tiles, each seen in order, make up a map; the shape alone decides it. */
  static int partials(long[] shape) {
    return (int) Math.max(1, Math.min(MOST_PARTIALS, count(shape) / TILES_OF_PARTIAL));
  }

  private static long count(long[] shape) {
    return (Shapes.length(shape) / shape[0] + size(shape) - 1) / size(shape);
  }

  /**
   * Whole rows of channels, where they are not too long: what lies under the current may need them whole. And whole
   * words of bits, where that is possible.
   */
  private static int size(long[] shape) {
    int channels = (int) shape[shape.length - 1];
    int unit = channels * (Long.SIZE / Math.min(Long.SIZE, Integer.lowestOneBit(channels)));
    return channels > SIZE ? SIZE : unit <= SIZE ? SIZE / unit * unit : SIZE / channels * channels;
  }

  int steps() {
    return steps;
  }

  long neurons() {
    return neurons;
  }

  /** Neurons of each tile but the last. */
  int size() {
    return size(shape);
  }

  int count() {
    return Math.toIntExact(count(shape));
  }

  int partials() {
    return partials(shape);
  }

  /** Whether each step has the same current. */
  boolean isStatic() {
    return inputSteps < steps;
  }

  /** Whether each tile has whole words of bits of its own. */
  boolean hasWholeWords() {
    return size() % Long.SIZE == 0 && neurons % Long.SIZE == 0;
  }

  /** Floats from one step's row of n neurons to the next, not a power of 2: these would all fall into the same sets. */
  static int rowStep(int n) {
    return (n + LINE - 1) / LINE * LINE + LINE;
  }

  /** Memory for all rows. */
  float[] rows(Scratch scratch, int slot, int n) {
    return scratch.floats(slot, steps * rowStep(n));
  }

  /** Reads the currents of n neurons, not normed, a static one once. */
  float[] read(long from, int n, Scratch scratch) {
    float[] current = rows(scratch, CURRENT, n);
    for (int t = 0; t < inputSteps; t++) {
      source.read(t * neurons + from, current, at(t, n), n);
    }
    return current;
  }

  /** Where a step's row starts. */
  static int at(int t, int n) {
    return ALIGNED + t * rowStep(n);
  }

  /** Floats from the current of a step to that of the next. */
  private int currentStep(int n) {
    return isStatic() ? 0 : rowStep(n);
  }

  /** Where the current of a step starts. */
  int currentAt(int t, int n) {
    return ALIGNED + t * currentStep(n);
  }

  /**
   * Fires n neurons through all steps and writes their spikes.
   *
   * @param words receives their bits; null where nobody wants them
   */
  void fire(long from, int n, NeuronStep step, Kernels kernels, Floats spikes, long[] words, Scratch scratch) {
    float[] current = read(from, n, scratch);
    float[] fired = isStatic() ? rows(scratch, SPIKES, n) : current;
    int rowWords = (n + Long.SIZE - 1) / Long.SIZE;
    long[] bits = words != null ? words : scratch.longs(WORDS, steps * rowWords);
    int wordAt = words != null ? (int) (from / Long.SIZE) : 0;
    int wordStep = words != null ? (int) (neurons / Long.SIZE) : rowWords;
    kernels.fireSteps(step, norm, current, ALIGNED, currentStep(n), steps, n, scratch.floats(MEMORY, 2 * n), bits, wordAt,
        wordStep, fired, ALIGNED, rowStep(n));
    for (int t = 0; t < steps; t++) {
      spikes.write(t * neurons + from, fired, at(t, n), n);
    }
  }

  /** The potentials before the reset of n neurons whose currents were read. */
  float[] potentials(float[] current, int n, NeuronStep step, Kernels kernels, Scratch scratch) {
    float[] potential = rows(scratch, POTENTIAL, n);
    kernels.potentials(step, norm, current, ALIGNED, currentStep(n), steps, n, scratch.floats(MEMORY, 2 * n), potential,
        ALIGNED, rowStep(n));
    return potential;
  }

  /** The current of a step as the neuron sees it, from {@link Scratch#ALIGNED} on. */
  float[] normed(float[] current, int t, int n, Kernels kernels, Scratch scratch) {
    float[] normed = scratch.floats(NORMED, n);
    norm.apply(kernels, 0, current, currentAt(t, n), n, normed, ALIGNED);
    return normed;
  }
}
