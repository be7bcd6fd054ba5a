package io.qkformer.neuron;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.kernel.ChannelNorm;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.kernel.Scratch;
import io.qkformer.kernel.Workers;
import io.qkformer.layer.NormalizedMap;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.Shapes;

/**
 * How the neurons of a map are cut into tiles, of which all steps are computed together: by kernels on the maps where there
 * are such, else on the heap. The current of a batch-normed map is read as it was before, and normed by the kernels.
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
  private static final int TILES_OF_PARTIAL = 4;
  /** Groups that few tiles make up, for as many threads. */
  private static final int LEAST_PARTIALS = 4;
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
    long tiles = count(shape);
    return Workers.evenParts(Math.min(MOST_PARTIALS, Math.max(tiles / TILES_OF_PARTIAL, Math.min(tiles, LEAST_PARTIALS))));
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

  int inputSteps() {
    return inputSteps;
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
  private void read(long from, int n, float[] current) {
    for (int t = 0; t < inputSteps; t++) {
      source.read(t * neurons + from, current, at(t, n), n);
    }
  }

  /** Where a step's row starts. */
  static int at(int t, int n) {
    return ALIGNED + t * rowStep(n);
  }

  /** Floats from the current of a step to that of the next in a tile. */
  private int currentStep(int n) {
    return isStatic() ? 0 : rowStep(n);
  }

  /** Floats from the current of a step to that of the next in the map. */
  private int mapStep() {
    return isStatic() ? 0 : (int) neurons;
  }

  /**
   * Fires n neurons through all steps and writes their spikes.
   *
   * @param words receives their bits; null where nobody wants them
   */
  void fire(long from, int n, NeuronStep step, Kernels kernels, Floats spikes, long[] words, Scratch scratch) {
    if (words != null && source instanceof Floats map && kernels.maps().fire(step, norm, map, (int) from, mapStep(), steps,
        n, words, (int) (from / Long.SIZE), (int) (neurons / Long.SIZE), spikes, (int) from, (int) neurons)) {
      return;
    }
    float[] current = rows(scratch, CURRENT, n);
    read(from, n, current);
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

  /**
   * The potentials before the reset of n neurons.
   *
   * @param current of {@link #rows}; receives the currents, not normed
   */
  float[] potentials(long from, int n, NeuronStep step, Kernels kernels, float[] current, Scratch scratch) {
    float[] potential = rows(scratch, POTENTIAL, n);
    if (source instanceof Floats map && kernels.maps().potentials(step, norm, map, (int) from, mapStep(), steps, n, current,
        potential, ALIGNED, rowStep(n))) {
      return potential;
    }
    read(from, n, current);
    kernels.potentials(step, norm, current, ALIGNED, currentStep(n), steps, n, scratch.floats(MEMORY, 2 * n), potential,
        ALIGNED, rowStep(n));
    return potential;
  }

  /** The current of a step as the neurons see it, from {@link Scratch#ALIGNED} on. */
  float[] normed(float[] current, int t, int n, Kernels kernels, Scratch scratch) {
    float[] normed = scratch.floats(NORMED, n);
    norm.apply(kernels, 0, current, ALIGNED + t * currentStep(n), n, normed, ALIGNED);
    return normed;
  }

  /** Where the gradient of a step's current begins; a static one has the sum of all, which stands where the last was. */
  int gradientAt(int t, int n) {
    return at(isStatic() ? steps - 1 : t, n);
  }

  /**
   * From the gradient of the spikes to that of the current, from map to map; returns whether there is such a way.
   *
   * @param potential on return the gradients of each step's current, too
   */
  boolean backward(long from, int n, NeuronStep step, Surrogate surrogate, Kernels kernels, float[] potential,
      FloatSource gradient, Floats dx, Scratch scratch) {
    return !isStatic() && gradient instanceof Floats g && surrogate.backward(kernels.maps(), step, potential, ALIGNED,
        rowStep(n), steps, n, scratch.floats(MEMORY, 2 * n), g, dx, (int) from, (int) neurons);
  }

  /** The same on the heap: the gradients of each step's current. */
  float[] backwardOnHeap(long from, int n, NeuronStep step, Surrogate surrogate, Kernels kernels, float[] potential,
      FloatSource gradient, Scratch scratch) {
    float[] g = rows(scratch, GRADIENT, n);
    for (int t = 0; t < steps; t++) {
      gradient.read(t * neurons + from, g, at(t, n), n);
    }
    surrogate.backward(kernels, step, potential, ALIGNED, rowStep(n), steps, n, scratch.floats(MEMORY, 2 * n), g, ALIGNED,
        rowStep(n));
    return g;
  }

  /** Writes these gradients; a static current has their sum, which takes the last one's place. */
  void write(long from, int n, float[] g, Kernels kernels, Floats dx) {
    int last = at(steps - 1, n);
    if (isStatic()) {
      for (int t = steps - 2; t >= 0; t--) {
        kernels.add(g, at(t, n), g, last, n);
      }
      dx.write(from, g, last, n);
    } else {
      for (int t = steps - 1; t >= 0; t--) {
        dx.write(t * neurons + from, g, at(t, n), n);
      }
    }
  }
}
