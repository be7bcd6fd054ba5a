package io.qkformer.inference;

import io.qkformer.kernel.Engine;

/**
 * Whole numbers of 0..255, one byte each: the residual stream, where spikes are added to spikes. Eight counts share a
 * word and are added in one addition, which cannot carry from one to the next because the sum of the summands' bounds
 * is known to fit a byte. Each row starts at a word of its own.
 */
public final class CountMap extends Activation {

  /** The largest count. */
  static final int MAX = 255;
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
