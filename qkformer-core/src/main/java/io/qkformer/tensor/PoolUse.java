package io.qkformer.tensor;

/**
 * What a {@link TensorPool} holds and held.
 *
 * @param arrays  native memory, for feature maps and their gradients
 * @param buffers heap memory, for weights and their gradients while they are computed with
 * @param words   heap memory, for spikes as bits
 * @param sums    heap memory, for sums in double precision
 * @param taps    heap memory, for where pooled values came from
 */
public record PoolUse(Kind arrays, Kind buffers, Kind words, Kind sums, Kind taps) {

  /**
   * One kind of memory.
   *
   * @param bytes       in use now
   * @param mostBytes   the most that was in use at a time
   * @param held        in use or lying ready
   * @param mostHeld    the most that was in use or ready at a time
   * @param allocations how often the system was asked for more
   */
  public record Kind(long bytes, long mostBytes, long held, long mostHeld, long allocations) {

    static Kind of(Holdings holdings, int size) {
      return new Kind(size * holdings.used(), size * holdings.mostUsed(), size * holdings.held(),
          size * holdings.mostHeld(), holdings.allocations());
    }

    /** Bytes that lie ready to be used again. */
    public long ready() {
      return held - bytes;
    }
  }
}
