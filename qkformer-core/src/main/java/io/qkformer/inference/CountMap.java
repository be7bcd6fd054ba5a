package io.qkformer.inference;

import io.qkformer.kernel.Engine;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.SpikeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Small whole numbers: the residual stream, where spikes are added to spikes. A count v is stored as v bits, one in each
 * of the lowest v planes (a thermometer code), so that sums are carried for 64 channels in a few operations and each
 * plane is what a spike-driven product reads. Counts are small: with the few planes that hold anything this takes less
 * than a byte each.
 */
public final class CountMap extends Activation implements SpikeSource {

  /** The most planes; beyond, floats take less memory than bits. */
  static final int MAX = 32;
  private static final int GRAIN = 1 << 12;

  private final Kernels kernels;
  private final List<SpikeMap> planes;

  private CountMap(Shape shape, Kernels kernels, List<SpikeMap> planes) {
    super(shape);
    this.kernels = kernels;
    this.planes = planes;
  }

  /** The sum of two maps of one shape that have planes, at most {@link #MAX} together. */
  static CountMap sum(Activation a, Activation b, Engine engine) {
    List<SpikeMap> low = a.planes();
    List<SpikeMap> added = b.planes();
    int count = low.size() + added.size();
    List<SpikeMap> sum = new ArrayList<>();
    for (int level = 0; level < count; level++) {
      sum.add(new SpikeMap(a.shape(), engine.kernels()));
    }
    long[][] words = sum.stream().map(SpikeMap::words).toArray(long[][]::new);
    boolean[] used = new boolean[count];
    engine.workers().forRanges(words[0].length, GRAIN, (from, to, scratch) -> {
      for (int level = 0; level < low.size(); level++) {
        System.arraycopy(low.get(level).words(), (int) from, words[level], (int) from, (int) (to - from));
      }
      for (SpikeMap plane : added) {
        for (int i = (int) from; i < to; i++) {
          long carry = plane.words()[i];
          for (int level = 0; carry != 0; level++) {
            long here = words[level][i];
            words[level][i] = here | carry;
            carry &= here;
          }
        }
      }
      for (int level = 0; level < count; level++) {
        if (Arrays.stream(words[level], (int) from, (int) to).anyMatch(word -> word != 0)) {
          used[level] = true;
        }
      }
    });
    int levels = 1;
    while (levels < count && used[levels]) {
      levels++;
    }
    return new CountMap(a.shape(), engine.kernels(), List.copyOf(sum.subList(0, levels)));
  }

  @Override
  List<SpikeMap> planes() {
    return planes;
  }

  @Override
  public int levels() {
    return planes.size();
  }

  @Override
  public long word(int level, long from, int count) {
    return level < planes.size() ? planes.get(level).word(0, from, count) : 0;
  }

  @Override
  public int levels(long from, long count) {
    int levels = planes.size();
    while (levels > 1 && planes.get(levels - 1).spikes(from, count) == 0) {
      levels--;
    }
    return levels;
  }

  @Override
  public long words(int level, long from, int step, int rows, int bits, long[] target, int at) {
    return level < planes.size() ? planes.get(level).words(0, from, step, rows, bits, target, at)
        : SpikeSource.super.words(level, from, step, rows, bits, target, at);
  }

  @Override
  public long spikes(long from, long count) {
    return planes.stream().mapToLong(plane -> plane.spikes(from, count)).sum();
  }

  @Override
  public void read(long from, float[] target, int offset, int count) {
    if (planes.size() == 1) {
      planes.get(0).read(from, target, offset, count);
      return;
    }
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(planes.size());
    int channels = shape().channels();
    int words = (channels + Long.SIZE - 1) / Long.SIZE;
    long[] binary = new long[bits * words];
    for (int done = 0; done < count; ) {
      int row = (int) ((from + done) / channels);
      int channel = (int) ((from + done) % channels);
      int n = Math.min(channels - channel, count - done);
      int first = channel / Long.SIZE;
      for (int index = first; index < words; index++) {
        writeBinary(row, index, binary, words);
      }
      readRow(binary, words, bits, channel, target, offset + done, n);
      done += n;
    }
  }

  /** The thermometer code of 64 channels as binary numbers: bit b is the parity of every 2^b-th level. */
  private void writeBinary(int row, int index, long[] binary, int step) {
    for (int bit = 0; bit * step < binary.length; bit++) {
      long parity = 0;
      for (int level = 1 << bit; level <= planes.size(); level += 1 << bit) {
        parity ^= planes.get(level - 1).word(row, index);
      }
      binary[bit * step + index] = parity;
    }
  }

  private void readRow(long[] binary, int step, int bits, int channel, float[] target, int offset, int count) {
    int ahead = Math.min(count, -channel & 63);
    for (int i = 0; i < ahead; i++) {
      int value = 0;
      for (int bit = 0; bit < bits; bit++) {
        value |= (int) (binary[bit * step + (channel >>> 6)] >>> (channel + i) & 1) << bit;
      }
      target[offset + i] = value;
    }
    kernels.unpackPlanes(binary, channel + ahead >>> 6, step, bits, target, offset + ahead, count - ahead);
  }

  @Override
  public CountMap withFrames(int steps, int batch) {
    return new CountMap(requireRecut(steps, batch), kernels,
        planes.stream().map(plane -> plane.withFrames(steps, batch)).toList());
  }
}
