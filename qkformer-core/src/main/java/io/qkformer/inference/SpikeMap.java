package io.qkformer.inference;

import io.qkformer.kernel.Engine;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.SpikeSource;
import io.qkformer.tensor.FloatSource;
import java.util.Arrays;
import java.util.List;

/**
 * Spikes, one bit each: bit {@code c % 64} of word {@code c / 64} of a row is channel c. Each row starts at a word of
 * its own, so that attention works on whole words; the bits behind the last channel are 0.
 */
public final class SpikeMap extends Activation implements SpikeSource {

  private static final int GRAIN = 1 << 14;

  private final Kernels kernels;
  private final int rowWords;
  private final long[] words;

  /** A map without spikes, for its maker to fill. */
  SpikeMap(Shape shape, Kernels kernels) {
    this(shape, kernels, new long[Math.multiplyExact(shape.rows(), wordsOf(shape.channels()))]);
  }

  /** Several such maps. Threads make one each: clearing new memory takes long. */
  static List<SpikeMap> several(List<Shape> shapes, Engine engine) {
    SpikeMap[] maps = new SpikeMap[shapes.size()];
    engine.workers().forEach(maps.length, (index, scratch) -> maps[index] = new SpikeMap(shapes.get(index), engine.kernels()));
    return List.of(maps);
  }

  private SpikeMap(Shape shape, Kernels kernels, long[] words) {
    super(shape);
    this.kernels = kernels;
    this.rowWords = wordsOf(shape.channels());
    this.words = words;
  }

  /** Words that hold so many bits. */
  static int wordsOf(int bits) {
    return (bits + 63) >>> 6;
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
    SpikeMap map = new SpikeMap(shape, engine.kernels());
    int channels = shape.channels();
    engine.workers().forRanges(shape.rows(), Math.max(1, GRAIN / channels), (from, to, scratch) -> {
      int n = (int) (to - from) * channels;
      float[] tile = scratch.floats(0, n);
      spikes.read(from * channels, tile, 0, n);
      map.pack(tile, (int) from, (int) (to - from));
    });
    return map;
  }

  /**
   * Sets the spikes of {@code rows} rows from {@code firstRow} on.
   *
   * @throws IllegalArgumentException when a value is neither 0 nor 1
   */
  void pack(float[] spikes, int firstRow, int rows) {
    int channels = shape().channels();
    boolean whole = channels % Long.SIZE == 0;
    int each = whole ? rows * channels : channels;
    for (int row = 0; row < rows; row += whole ? rows : 1) {
      int bits = kernels.countBits(spikes, row * channels, each);
      if (bits != 0 && bits != 1) {
        throw new IllegalArgumentException("a spike is 0 or 1; got a map " + shape() + " with other values");
      }
      kernels.packPlane(spikes, row * channels, each, 0, words, (firstRow + row) * rowWords);
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

  @Override
  public int planes() {
    return 1;
  }

  @Override
  public long words(int plane, long from, int step, int rows, int bits, long[] target, int at) {
    int channels = shape().channels();
    int row = Math.toIntExact(from / channels);
    int channel = (int) (from % channels);
    if (plane > 0 || step % channels != 0 || channel + bits > channels) {
      return SpikeSource.super.words(plane, from, step, rows, bits, target, at);
    }
    long any = 0;
    int rowStep = step / channels;
    if (bits == Long.SIZE && channel % Long.SIZE == 0) {
      for (int i = 0, word = row * rowWords + channel / Long.SIZE; i < rows; i++, word += rowStep * rowWords) {
        target[at + i] = words[word];
        any |= words[word];
      }
      return any;
    }
    for (int i = 0; i < rows; i++) {
      long word = bits(row + i * rowStep, channel, bits);
      target[at + i] = word;
      any |= word;
    }
    return any;
  }

  @Override
  public long word(int plane, long from, int count) {
    if (plane > 0) {
      return 0;
    }
    int channels = shape().channels();
    if (isWholeWords(from)) {
      // spares the division, which would take most of the time
      return words[(int) (from >>> 6)] & -1L >>> -count;
    }
    int row = Math.toIntExact(from) / channels;
    int channel = (int) from - row * channels;
    if (channel + count > channels) {
      int here = channels - channel;
      return bits(row, channel, here) | word(plane, from + here, count - here) << here;
    }
    return bits(row, channel, count);
  }

  /** The spikes of up to 64 neighbouring channels of a row. */
  long bits(int row, int channel, int count) {
    int at = row * rowWords + (channel >>> 6);
    long bits = words[at] >>> channel;
    if ((channel & 63) + count > Long.SIZE) {
      bits |= words[at + 1] << -channel;
    }
    return bits & -1L >>> -count;
  }

  @Override
  public long ones(int plane, long from, long count) {
    if (plane > 0) {
      return 0;
    }
    int channels = shape().channels();
    long sum = 0;
    if (from % channels == 0 && count % channels == 0) {
      int end = (int) ((from + count) / channels) * rowWords;
      for (int i = (int) (from / channels) * rowWords; i < end; i++) {
        sum += Long.bitCount(words[i]);
      }
      return sum;
    }
    for (long at = from; at < from + count; at += Long.SIZE) {
      sum += Long.bitCount(word(plane, at, (int) Math.min(Long.SIZE, from + count - at)));
    }
    return sum;
  }

  /** The number of spikes. */
  public long count() {
    return ones(0, 0, length());
  }

  @Override
  public void read(long from, float[] target, int offset, int count) {
    requireRange(from, count);
    if (isWholeWords(from)) {
      kernels.unpackPlanes(words, (int) (from >>> 6), 0, 1, target, offset, count);
      return;
    }
    long[] bits = new long[wordsOf(count)];
    gather(from, count, bits, 0);
    kernels.unpackPlanes(bits, 0, 0, 1, target, offset, count);
  }

  /** Whether elements lie in neighbouring words from a word's first bit on, without gaps behind the rows. */
  private boolean isWholeWords(long from) {
    return shape().channels() % Long.SIZE == 0 && (from & 63) == 0;
  }

  /** Writes the spikes of {@code count} elements to as many bits of {@code target}, without what lies between rows. */
  void gather(long from, int count, long[] target, int at) {
    int channels = shape().channels();
    if (isWholeWords(from)) {
      System.arraycopy(words, (int) (from >>> 6), target, at, wordsOf(count));
      return;
    }
    Arrays.fill(target, at, at + wordsOf(count), 0L);
    int row = (int) (from / channels);
    int channel = (int) (from % channels);
    for (int done = 0, n; done < count; done += n) {
      n = Math.min(Math.min(Long.SIZE, channels - channel), count - done);
      long some = bits(row, channel, n);
      int word = at + (done >>> 6);
      target[word] |= some << done;
      if ((done & 63) + n > Long.SIZE) {
        target[word + 1] = some >>> -done;
      }
      channel += n;
      if (channel == channels) {
        channel = 0;
        row++;
      }
    }
  }

  @Override
  List<SpikeMap> bitPlanes() {
    return List.of(this);
  }

  @Override
  public SpikeMap withFrames(int steps, int batch) {
    return new SpikeMap(requireRecut(steps, batch), kernels, words);
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
    SpikeMap pooled = new SpikeMap(out, kernels);
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
