package io.qkformer.tensor;

/**
 * Random numbers as a pure function of (seed, purpose, index): two streams with the same three are the same, whatever
 * was drawn elsewhere, on any platform. There is no generator whose state a checkpoint would have to keep.
 *
 * <p>The numbers are those of SplitMix64 (Steele, Lea, Flood 2014), started at a hash of the three.
 */
public final class RandomStream {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  private RandomStream(long state) {
    this.state = state;
  }

  /**
   * Opens a stream.
   *
   * @param purpose what the numbers are for, such as {@code shuffle} or a parameter's name
   * @param index   which one of that purpose: an epoch, a sample, a step
   */
  public static RandomStream of(long seed, String purpose, long... index) {
    long hash = mix(seed + GOLDEN_GAMMA);
    for (int i = 0; i < purpose.length(); i++) {
      hash = mix(hash ^ purpose.charAt(i) + GOLDEN_GAMMA);
    }
    for (long i : index) {
      hash = mix(hash + GOLDEN_GAMMA ^ mix(i + GOLDEN_GAMMA));
    }
    return new RandomStream(hash);
  }

  /** The next 64 random bits. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** A number in [0, 1), 53 random bits. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** A number in [low, high). */
  public double nextDouble(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /**
   * A whole number in [0, bound).
   *
   * @throws IllegalArgumentException when the bound is below 1
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound must be positive, got " + bound);
    }
    // the high bits of a 64 by 32 bit product: uniform to 2^-32, and the same everywhere
    return (int) ((nextLong() >>> 32) * bound >>> 32);
  }

  /** A standard normal number (Box-Muller, with the platform-independent {@link StrictMath}). */
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * StrictMath.PI * nextDouble());
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
