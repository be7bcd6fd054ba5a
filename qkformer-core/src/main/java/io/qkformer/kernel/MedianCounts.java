package io.qkformer.kernel;

import java.util.Arrays;

/**
 * The median of each channel's counts over the pixels of an image. Where a channel fires nearly everywhere, or the
 * residual stream has counted it up, most pixels differ little from it, or not at all: the product of the medians is the
 * same at every pixel, and only the differences are left to sum.
 */
final class MedianCounts {

  /** Pixels that are looked at, at most; the same ones at every start. */
  private static final int SAMPLES = 31;
  /** Bits of their number. */
  private static final int DIGITS = 5;
  /** Half of them, rounded up: the bit that decides. */
  private static final int HALF = 16;

  /** Samples that are added together. */
  private static final int ADDED = 4;
  private static final int MOST_ADDED = (SAMPLES + ADDED - 1) / ADDED * ADDED;

  private static final int COUNTS = 0;
  private static final int AGREEING = 1;
  private static final int BELOW = 2;
  private static final int ZEROS = 3;

  /** {@code [plane][chunk]}, a bit for each of 64 channels. */
  private final long[][] bits;
  private final double rows;
  private final double visits;

  private MedianCounts(long[][] bits, double rows, double visits) {
    this.bits = bits;
    this.rows = rows;
    this.visits = visits;
  }

  /**
   * The medians of one image, over up to 31 of its pixels that lie evenly.
   *
   * @param x      small counts, {@code [pixel][channel]} from element {@code from} on
   * @param planes that have a bit set
   */
  static MedianCounts of(SpikeSource x, long from, int pixels, int channels, int planes, Scratch scratch) {
    int samples = Math.min(SAMPLES, pixels);
    int chunks = (channels + Long.SIZE - 1) / Long.SIZE;
    long[][] medians = new long[planes][chunks];
    long[] counts = scratch.longs(COUNTS, (planes + 1) * Long.SIZE);
    long[] agreeing = scratch.longs(AGREEING, MOST_ADDED);
    Arrays.fill(counts, 0, (planes + 1) * Long.SIZE, 0L);
    long rows = 0;
    long visits = 0;
    for (int chunk = 0; chunk < chunks; chunk++) {
      int channel = chunk * Long.SIZE;
      int count = Math.min(Long.SIZE, channels - channel);
      for (int plane = 0; plane < planes; plane++) {
        for (int i = 0; i < samples; i++) {
          long pixel = (long) i * pixels / samples;
          counts[plane * Long.SIZE + i] = x.word(plane, from + pixel * channels + channel, count);
        }
      }
      Arrays.fill(agreeing, 0, samples, -1L >>> -count);
      Arrays.fill(agreeing, samples, MOST_ADDED, 0L);
      find(counts, agreeing, samples, -1L >>> -count, medians, chunk, scratch);
      subtract(medians, chunk, counts, samples);
      for (int i = 0; i < planes * Long.SIZE; i++) {
        rows += Long.bitCount(counts[i]);
        visits += counts[i] != 0 ? 1 : 0;
      }
    }
    return new MedianCounts(medians, (double) rows / samples, (double) visits / samples / chunks);
  }

  /**
   * Finds the lower medians of 64 channels at once, bit by bit from the top: the samples that agree with the median so far
   * and have a 0 next, and those that are smaller already, are counted in binary digits, a word for each. The next bit is 0
   * where they are half of all.
   *
   * @param agreeing the channels of each sample, all at first; receives those where it equals the median
   */
  private static void find(long[] counts, long[] agreeing, int samples, long channels, long[][] medians, int chunk,
      Scratch scratch) {
    long[] below = scratch.longs(BELOW, DIGITS);
    long[] zeros = scratch.longs(ZEROS, DIGITS);
    Arrays.fill(below, 0, DIGITS, 0L);
    // fewer samples start higher, so that half of them reach the same digit
    add(below, channels, HALF - (samples + 1) / 2);
    for (int plane = medians.length - 1; plane >= 0; plane--) {
      int at = plane * Long.SIZE;
      System.arraycopy(below, 0, zeros, 0, DIGITS);
      addAll(zeros, agreeing, counts, at, samples);
      long zero = zeros[DIGITS - 1];
      medians[plane][chunk] = channels & ~zero;
      for (int digit = 0; digit < DIGITS; digit++) {
        below[digit] = zero & below[digit] | ~zero & zeros[digit];
      }
      for (int i = 0; i < samples; i++) {
        agreeing[i] &= counts[at + i] ^ zero;
      }
    }
  }

  /**
   * Adds 1 for each of the samples that agree and have a 0: four at a time by full adders, whose carries go on together.
   *
   * @param agreeing zeros behind the last sample
   */
  private static void addAll(long[] sums, long[] agreeing, long[] counts, int at, int samples) {
    long ones = sums[0];
    long twos = sums[1];
    long fours = sums[2];
    long eights = sums[3];
    long sixteens = sums[4];
    for (int i = 0; i < samples; i += ADDED) {
      long a = agreeing[i] & ~counts[at + i];
      long b = agreeing[i + 1] & ~counts[at + i + 1];
      long c = agreeing[i + 2] & ~counts[at + i + 2];
      long d = agreeing[i + 3] & ~counts[at + i + 3];
      long either = a ^ b;
      long firstTwo = a & b | either & ones;
      ones ^= either;
      either = c ^ d;
      long secondTwo = c & d | either & ones;
      ones ^= either;
      either = firstTwo ^ secondTwo;
      long four = firstTwo & secondTwo | either & twos;
      twos ^= either;
      long eight = fours & four;
      fours ^= four;
      sixteens ^= eights & eight;
      eights ^= eight;
    }
    sums[0] = ones;
    sums[1] = twos;
    sums[2] = fours;
    sums[3] = eights;
    sums[4] = sixteens;
  }

  /** Adds a number to the sums of the channels that a word has. */
  private static void add(long[] sums, long channels, int number) {
    for (int first = 0; number >>> first != 0; first++) {
      long carry = (number >>> first & 1) == 1 ? channels : 0;
      for (int digit = first; carry != 0; digit++) {
        long both = sums[digit] & carry;
        sums[digit] ^= carry;
        carry = both;
      }
    }
  }

  /** Rows that what a pixel differs by selects, on average over the samples. */
  double rows() {
    return rows;
  }

  /** Planes of a pixel's words that select any row, on average over the samples. */
  double visits() {
    return visits;
  }

  /** Whether any median is above zero. */
  boolean any() {
    long all = 0;
    for (long[] plane : bits) {
      for (long word : plane) {
        all |= word;
      }
    }
    return all != 0;
  }

  /** Bits of a median, at most. */
  int planes() {
    return bits.length;
  }

  /**
   * One bit of the medians of up to 64 images, a word for each of 64 channels, a bit for each image.
   *
   * @param square receives 64 words
   * @return whether there is any
   */
  static boolean byChannel(MedianCounts[] images, int first, int count, int plane, int chunk, long[] square) {
    long any = 0;
    Arrays.fill(square, 0, Long.SIZE, 0L);
    for (int i = 0; i < count; i++) {
      MedianCounts image = images[first + i];
      square[i] = plane < image.planes() ? image.word(plane, chunk) : 0;
      any |= square[i];
    }
    BitSquare.transpose(square);
    return any != 0;
  }

  /** One bit of the medians of up to 64 channels from {@code chunk * 64} on. */
  long word(int plane, int chunk) {
    return bits[plane][chunk];
  }

  /**
   * Turns the counts of some pixels into magnitude and sign of what they differ by.
   *
   * @param words {@code [planes][64]}, a word for each pixel, a bit for each channel of the chunk; the plane behind them
   *              receives whether a count is below the median
   * @param count of pixels
   * @return the planes of magnitudes that have any bit, plane p as bit p
   */
  int subtract(int chunk, long[] words, int count) {
    return subtract(bits, chunk, words, count);
  }

  private static int subtract(long[][] bits, int chunk, long[] words, int count) {
    int used = 0;
    for (int i = 0; i < count; i++) {
      long below = 0;
      for (int plane = 0; plane < bits.length; plane++) {
        int at = plane * Long.SIZE + i;
        long counts = words[at];
        long median = bits[plane][chunk];
        words[at] = counts ^ median ^ below;
        below = ~counts & (median | below) | median & below;
      }
      // the two's complement of a negative difference is its magnitude
      long carry = below;
      for (int plane = 0; plane < bits.length; plane++) {
        int at = plane * Long.SIZE + i;
        long flipped = words[at] ^ below;
        words[at] = flipped ^ carry;
        carry &= flipped;
        used |= words[at] != 0 ? 1 << plane : 0;
      }
      words[bits.length * Long.SIZE + i] = below;
    }
    return used;
  }
}
