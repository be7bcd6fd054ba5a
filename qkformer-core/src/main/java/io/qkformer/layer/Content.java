package io.qkformer.layer;

/** What the values of a map are, which decides in how little memory it can be kept. */
public enum Content {
  /** 0 or 1: a bit each. */
  SPIKES,
  /** Small whole numbers, a residual stream: four bits each, for up to 15. */
  COUNTS,
  /** Real numbers: four bytes each. */
  CURRENTS,
  /** The model's input, which stays its owner's: nothing. */
  INPUT;

  private static final int COUNT_BITS = 4;

  /** What the sum of two maps holds. */
  public Content plus(Content other) {
    return this == CURRENTS || other == CURRENTS ? CURRENTS : COUNTS;
  }

  /** Bytes of the heap that so many values take when {@link Saved} keeps them. */
  public long compactBytes(long count) {
    return switch (this) {
      case SPIKES -> (count + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
      case COUNTS -> COUNT_BITS * SPIKES.compactBytes(count);
      case CURRENTS, INPUT -> 0;
    };
  }

  /** Bytes of the pool that so many values take when {@link Saved} keeps them. */
  public long heldBytes(long count) {
    return this == CURRENTS ? Float.BYTES * count : 0;
  }
}
