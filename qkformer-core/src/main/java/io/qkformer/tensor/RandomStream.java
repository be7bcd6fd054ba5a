package io.qkformer.tensor;

/**
 * Random numbers as a pure function of (seed, purpose, index): whoever asks again gets the same numbers, in
 * whatever order and on whatever thread. So nothing has to be saved to resume a run.
 *
 * <p>The generator is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
 * OOPSLA 2014), whose arithmetic is exact on every platform. A stream is for one thread.
 */
public final class RandomStream {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  RandomStream(long state) {
    this.state = state;
  }

  /**
   * Returns the stream that belongs to a seed, a purpose and an index.
   *
   * @param seed of the whole run
   * @param purpose what the numbers are for; other purposes get unrelated numbers
   * @param index such as (epoch, sample); may be empty
   */
  public static RandomStream of(long seed, String purpose, long... index) {
    long hash = mix(seed + GOLDEN_GAMMA);
    for (int i = 0; i < purpose.length(); i++) {
      hash = absorb(hash, purpose.charAt(i));
    }
    hash = absorb(hash, -1L - purpose.length());
    for (long part : index) {
      hash = absorb(hash, part);
    }
    return new RandomStream(hash);
  }

  private static long absorb(long hash, long value) {
    return mix((hash ^ value) + GOLDEN_GAMMA);
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }

  /** Returns 64 random bits. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /**
   * Returns an integer from 0 to {@code bound - 1}, each with the same probability.
   *
   * @throws IllegalArgumentException if the bound is below 1
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound: expected at least 1, got " + bound);
    }
    long limit = Long.MAX_VALUE - Long.MAX_VALUE % bound;
    long bits = nextLong() >>> 1;
    while (bits >= limit) {
      bits = nextLong() >>> 1;
    }
    return (int) (bits % bound);
  }

  /** Returns a number from [0, 1), a multiple of 2<sup>-53</sup>. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Returns a number from {@code low} to {@code high}, uniformly distributed. */
  public double nextDouble(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /** Returns a standard normal number (Box and Muller, with the platform-independent {@link StrictMath}). */
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * StrictMath.PI * nextDouble());
  }
}
