package io.qkformer.inference;

import io.qkformer.kernel.Engine;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.Scratch;
import io.qkformer.tensor.FloatSource;
import java.util.Arrays;

/**
 * Spikes, one bit each: bit {@code c % 64} of word {@code c / 64} of a row is channel c. Each row starts at a word of
 * its own, so that attention works on whole words; the bits behind the last channel are 0.
 */
public final class SpikeMap extends Activation {

  private static final int GRAIN = 1 << 14;
  /** The eight bits of each byte as eight bytes, low bit first. */
  private static final long[] BYTES = new long[256];

  static {
    for (int bits = 0; bits < 256; bits++) {
      for (int i = 0; i < 8; i++) {
        BYTES[bits] |= (bits >>> i & 1L) << (8 * i);
      }
    }
  }

  private final int rowWords;
  private final long[] words;

  /** A map without spikes, for its maker to fill. */
  SpikeMap(Shape shape) {
    this(shape, new long[Math.multiplyExact(shape.rows(), wordsOf(shape.channels()))]);
  }

  private SpikeMap(Shape shape, long[] words) {
    super(shape);
    this.rowWords = wordsOf(shape.channels());
    this.words = words;
  }

  private static int wordsOf(int channels) {
    return (channels + 63) >>> 6;
  }

  /**
   * Packs spikes.
   *
   * @throws IllegalArgumentException when a value is neither 0 nor 1, or their number does not fit the shape
   */
  public static SpikeMap pack(FloatSource spikes, Shape shape, Engine engine) {
    if (spikes.length() != shape.length()) {
      throw new IllegalArgumentException("expected " + shape.length() + " values for " + shape + ", got "
          + spikes.length());
    }
    SpikeMap map = new SpikeMap(shape);
    int channels = shape.channels();
    engine.workers().forRanges(shape.rows(), Math.max(1, GRAIN / channels), (from, to, scratch) -> {
      int n = (int) (to - from) * channels;
      float[] tile = scratch.floats(0, n);
      spikes.read(from * channels, tile, 0, n);
      for (int j = 0; j < n; j++) {
        if (tile[j] != 0 && tile[j] != 1) {
          throw new IllegalArgumentException("a spike is 0 or 1, got " + tile[j]);
        }
      }
      map.pack(engine.kernels(), tile, (int) from, (int) (to - from), scratch);
    });
    return map;
  }

  /** Sets the spikes of {@code rows} rows from {@code firstRow} on, which hold none yet, from floats 0 and 1. */
  void pack(Kernels kernels, float[] spikes, int firstRow, int rows, Scratch scratch) {
    int channels = shape().channels();
    int[] list = scratch.ints(NeuronTile.LIST, channels);
    for (int row = 0; row < rows; row++) {
      int first = (firstRow + row) * rowWords;
      int end = kernels.listSpikes(spikes, row * channels, channels, list, 0);
      int at = 0;
      while (at < end) {
        int index = list[at] >>> 6;
        long word = 0;
        for (; at < end && list[at] >>> 6 == index; at++) {
          word |= 1L << list[at];
        }
        words[first + index] = word;
      }
    }
  }

  /** Words of one row. */
  public int rowWords() {
    return rowWords;
  }

  /** The spikes of channels {@code 64 index .. 64 index + 63} of a row, the lowest in bit 0. */
  public long word(int row, int index) {
    return words[row * rowWords + index];
  }

  /** All words, row after row; for reading, and for the map's maker to fill. */
  long[] words() {
    return words;
  }

  /** Appends the active channels of a row to a list, rising; returns the list's new end. */
  int list(int row, int[] list, int end) {
    int at = end;
    for (int index = 0; index < rowWords; index++) {
      for (long left = words[row * rowWords + index]; left != 0; left &= left - 1) {
        list[at++] = (index << 6) + Long.numberOfTrailingZeros(left);
      }
    }
    return at;
  }

  /** The number of spikes. */
  public long count() {
    return Arrays.stream(words).map(Long::bitCount).sum();
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
      unpack(row * rowWords, channel, target, at, n);
      at += n;
      channel = 0;
    }
  }

  private void unpack(int firstWord, int channel, float[] target, int offset, int count) {
    // spikes are few: clearing first and then visiting the spikes alone beats looking at each bit
    Arrays.fill(target, offset, offset + count, 0f);
    int end = channel + count;
    for (int index = channel >>> 6; index << 6 < end; index++) {
      long left = words[firstWord + index];
      if (index == channel >>> 6) {
        left &= -1L << channel;
      }
      if (end - (index << 6) < 64) {
        left &= -1L >>> -end;
      }
      for (int at = offset - channel + (index << 6); left != 0; left &= left - 1) {
        target[at + Long.numberOfTrailingZeros(left)] = 1f;
      }
    }
  }

  @Override
  int bound() {
    return 1;
  }

  @Override
  void addCounts(int from, int to, long[] target) {
    int countWords = CountMap.wordsOf(shape().channels());
    for (int row = from; row < to; row++) {
      for (int i = 0; i < countWords; i++) {
        int bits = (int) (words[row * rowWords + (i >>> 3)] >>> (i << 3)) & 255;
        target[row * countWords + i] += BYTES[bits];
      }
    }
  }

  @Override
  public SpikeMap withFrames(int steps, int batch) {
    return new SpikeMap(requireRecut(steps, batch), words);
  }

  @Override
  public SpikeMap spikes() {
    return this;
  }

  /** The maximum of spikes is their OR. */
  @Override
  public SpikeMap maxPooled(Engine engine) {
    Shape in = shape();
    Shape out = PooledCurrent.pooled(in);
    SpikeMap pooled = new SpikeMap(out);
    engine.workers().forRanges((long) out.frames() * out.height(), 1, (from, to, scratch) -> {
      int frame = (int) from / out.height();
      int y = (int) from % out.height() * 2;
      for (int row = Math.max(0, y - 1); row <= Math.min(in.height() - 1, y + 1); row++) {
        for (int column = 0; column < in.width(); column++) {
          int source = ((frame * in.height() + row) * in.width() + column) * rowWords;
          // column 2i belongs to window i alone, column 2i + 1 to windows i and i + 1
          int target = ((int) from * out.width() + column / 2) * rowWords;
          boolean both = (column & 1) == 1 && column / 2 + 1 < out.width();
          for (int i = 0; i < rowWords; i++) {
            pooled.words[target + i] |= words[source + i];
            if (both) {
              pooled.words[target + rowWords + i] |= words[source + i];
            }
          }
        }
      }
    });
    return pooled;
  }
}
