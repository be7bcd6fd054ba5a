package io.qkformer.kernel;

import io.qkformer.tensor.Floats;

/**
 * Kernels that read and write maps in native memory themselves: no tiles are copied, and the next values come from memory
 * while the present ones are computed. Offsets and steps count floats.
 *
 * <p>Each returns whether it did the work. Where it has no way for its arguments it has done nothing, and the caller takes
 * that over tiles, with the same bits.
 */
public interface MapKernels {

  /** Does nothing. */
  MapKernels NONE = new MapKernels() { };

  /** {@link Kernels#fireSteps} from map to map. */
  default boolean fire(NeuronStep step, ChannelNorm norm, Floats x, int xOffset, int xStep, int steps, int n,
      long[] words, int wordOffset, int wordStep, Floats s, int sOffset, int sStep) {
    return false;
  }

  /**
   * {@link Kernels#potentials} of a map, whose currents are written to an array, too.
   *
   * @param current receives the currents as they are in the map, arranged as h
   */
  default boolean potentials(NeuronStep step, ChannelNorm norm, Floats x, int xOffset, int xStep, int steps, int n,
      float[] current, float[] h, int hOffset, int hStep) {
    return false;
  }

  /**
   * {@link Kernels#sigmoidBackward} from map to map.
   *
   * @param h  on return, where this did the work, the gradients of the currents
   * @param g  the gradients of the spikes
   * @param dx receives those of the currents, arranged as g
   */
  default boolean sigmoidBackward(NeuronStep step, float alpha, float[] h, int hOffset, int hStep, int steps, int n,
      float[] memory, Floats g, Floats dx, int offset, int mapStep) {
    return false;
  }

  /** {@link Kernels#addMoments} of a map. */
  default boolean addMoments(Floats x, int offset, int rows, int channels, float[] centre, float[] sum,
      float[] squares) {
    return false;
  }

  /** {@code y = a + b} over n elements from one offset on; y may be a or b. */
  default boolean add(Floats a, Floats b, int offset, int n, Floats y) {
    return false;
  }

  /** {@link Kernels#combine} from map to map; y may be g or x, from the same offset on. */
  default boolean combine(Floats g, Floats x, int offset, int rows, int channels, float[] centre, float[] a, float[] b,
      float[] d, Floats y) {
    return false;
  }

  /**
   * Packs rows of a map without gaps into panels, as {@link Panels#packRows} does.
   *
   * @param columns   of the map
   * @param panels    the panels begin at {@code at}
   * @param panelRows of the panels
   * @param firstRow  of the panels that is written
   */
  default boolean packRows(Floats x, int offset, int rows, int columns, float[] panels, int at, int panelRows, int firstRow) {
    return false;
  }

  /**
   * Cuts rows of a map without gaps into strips of columns.
   *
   * @param columns   of the map
   * @param width     of a strip; the last may have fewer columns, and has gaps
   * @param strips    strip s receives {@code [rows][width]} from {@code at + s * stripStep} on
   */
  default boolean cutRows(Floats x, int offset, int rows, int columns, int width, float[] strips, int at, int stripStep) {
    return false;
  }
}
