package io.qkformer.inference;

import io.qkformer.kernel.Engine;
import io.qkformer.kernel.SpikeSource;

/**
 * Whole numbers of 0..127, one byte each: the residual stream, where spikes are added to spikes. Eight counts share a
 * word and are added in one addition, which cannot carry from one to the next because the sum of the summands' bounds
 * is known to fit a byte. Each row starts at a word of its own.
 */
public final class CountMap extends Activation implements SpikeSource {

  /** The largest count: the byte's highest bit is free for comparisons. */
  static final int MAX = 127;
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHEST = ONES << 7;
  /** Gathers the lowest bits of eight bytes in the highest byte. */
  private static final long GATHER = 0x0102040810204080L;
  private static final int GRAIN = 1 << 14;

  private final int rowWords;
  private final int bound;
  private final long[] words;

  private CountMap(Shape shape, int bound, long[] words) {
    super(shape);
    this.rowWords = wordsOf(shape.channels());
    this.bound = bound;
    this.words = words;
  }

  static int wordsOf(int channels) {
    return (channels + 7) >>> 3;
  }

  /** The sum of two maps of one shape whose bounds fit together. */
  static CountMap sum(Activation a, Activation b, Engine engine) {
    Shape shape = a.shape();
    int rowWords = wordsOf(shape.channels());
    long[] words = new long[Math.multiplyExact(shape.rows(), rowWords)];
    engine.workers().forRanges(shape.rows(), Math.max(1, GRAIN / shape.channels()), (from, to, scratch) -> {
      a.addCounts((int) from, (int) to, words);
      b.addCounts((int) from, (int) to, words);
    });
    return new CountMap(shape, a.bound() + b.bound(), words);
  }

  @Override
  public void read(long from, float[] target, int offset, int count) {
    requireRange(from, count);
    int channels = shape().channels();
    int row = (int) (from / channels);
    int channel = (int) (from % channels);
    int end = offset + count;
    for (int at = offset; at < end; row++) {
      int n = Math.min(channels - channel, end - at);
      int first = row * rowWords;
      int last = channel + n;
      int c = channel;
      for (; c < last && (c & 7) != 0; c++) {
        target[at++] = words[first + (c >>> 3)] >>> (c << 3) & MAX;
      }
      for (; c + 8 <= last; c += 8) {
        unpack(words[first + (c >>> 3)], target, at);
        at += 8;
      }
      for (; c < last; c++) {
        target[at++] = words[first + (c >>> 3)] >>> (c << 3) & MAX;
      }
      channel = 0;
    }
  }

  private static void unpack(long word, float[] target, int at) {
    int low = (int) word;
    int high = (int) (word >>> 32);
    target[at] = low & MAX;
    target[at + 1] = low >>> 8 & MAX;
    target[at + 2] = low >>> 16 & MAX;
    target[at + 3] = low >>> 24;
    target[at + 4] = high & MAX;
    target[at + 5] = high >>> 8 & MAX;
    target[at + 6] = high >>> 16 & MAX;
    target[at + 7] = high >>> 24;
  }

  @Override
  public int levels() {
    return bound;
  }

  @Override
  public long word(int level, long from, int count) {
    int channels = shape().channels();
    int row = (int) (from / channels);
    int channel = (int) (from % channels);
    if (channel + count > channels) {
      int here = channels - channel;
      return above(level, row, channel, here) | word(level, from + here, count - here) << here;
    }
    return above(level, row, channel, count);
  }

  /** Which of up to 64 neighbouring channels of a row are above a level. */
  private long above(int level, int row, int channel, int count) {
    int first = row * rowWords + (channel >>> 3);
    int shift = channel & 7;
    long add = (MAX - level) * ONES;
    long bits = 0;
    for (int i = 0; 8 * i < shift + count; i++) {
      // a byte's highest bit shows count + 127 - level > 127
      long eight = ((words[first + i] + add & HIGHEST) >>> 7) * GATHER >>> 56;
      bits |= i == 0 ? eight >>> shift : eight << (8 * i - shift);
    }
    return bits & -1L >>> -count;
  }

  @Override
  public long spikes(long from, long count) {
    int channels = shape().channels();
    if (from % channels != 0 || count % channels != 0) {
      return wordwise(this, from, count);
    }
    long sum = 0;
    int end = (int) ((from + count) / channels) * rowWords;
    for (int i = (int) (from / channels) * rowWords; i < end; i++) {
      // neighbours in pairs of bytes first: eight counts of up to 127 do not fit one byte
      long pairs = (words[i] & 0x00ff00ff00ff00ffL) + (words[i] >>> 8 & 0x00ff00ff00ff00ffL);
      sum += pairs * 0x0001000100010001L >>> 48;
    }
    return sum;
  }

  @Override
  int bound() {
    return bound;
  }

  @Override
  void addCounts(int from, int to, long[] target) {
    for (int i = from * rowWords; i < to * rowWords; i++) {
      target[i] += words[i];
    }
  }

  @Override
  public CountMap withFrames(int steps, int batch) {
    return new CountMap(requireRecut(steps, batch), bound, words);
  }
}
