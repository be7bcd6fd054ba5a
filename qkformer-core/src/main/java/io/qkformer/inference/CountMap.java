package io.qkformer.inference;

import io.qkformer.kernel.Engine;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.SpikeSource;
import java.util.Collections;
import java.util.List;

/**
 * Small whole numbers: the residual stream, where spikes are added to spikes. Bit p of all counts lies in plane p, so that
 * sums are carried for 64 channels in a few operations and each plane is what a spike-driven product reads.
 */
public final class CountMap extends Activation implements SpikeSource {

  /** The largest count; beyond, floats take hardly more memory than bits. */
  static final int MAX = 127;
  private static final int GRAIN = 1 << 12;

  private final Kernels kernels;
  private final List<SpikeMap> planes;

  private CountMap(Shape shape, Kernels kernels, List<SpikeMap> planes) {
    super(shape);
    this.kernels = kernels;
    this.planes = planes;
  }

  /** The largest count that a map's planes can hold. */
  static int most(Activation map) {
    return (1 << map.bitPlanes().size()) - 1;
  }

  /** The sum of two maps of one shape that have planes and whose counts make at most {@link #MAX} together. */
  static CountMap sum(Activation a, Activation b, Engine engine) {
    List<SpikeMap> first = a.bitPlanes();
    List<SpikeMap> added = b.bitPlanes();
    int count = Integer.SIZE - Integer.numberOfLeadingZeros(most(a) + most(b));
    List<SpikeMap> sum = SpikeMap.several(Collections.nCopies(count, a.shape()), engine);
    long[][] words = sum.stream().map(SpikeMap::words).toArray(long[][]::new);
    boolean[] used = new boolean[count];
    engine.workers().forRanges(words[0].length, GRAIN, (from, to, scratch) -> {
      for (int plane = 0; plane < first.size(); plane++) {
        System.arraycopy(first.get(plane).words(), (int) from, words[plane], (int) from, (int) (to - from));
      }
      int n = (int) (to - from);
      long[] carry = scratch.longs(0, n);
      for (int plane = 0; plane < added.size(); plane++) {
        System.arraycopy(added.get(plane).words(), (int) from, carry, 0, n);
        for (int at = plane; at < count; at++) {
          carry(carry, words[at], (int) from, n);
        }
      }
      for (int plane = 0; plane < count; plane++) {
        if (any(words[plane], (int) from, (int) to)) {
          used[plane] = true;
        }
      }
    });
    int planes = count;
    while (planes > 1 && !used[planes - 1]) {
      planes--;
    }
    return new CountMap(a.shape(), engine.kernels(), List.copyOf(sum.subList(0, planes)));
  }

  /** Adds bits to one plane; what is carried takes their place. */
  private static void carry(long[] bits, long[] plane, int at, int n) {
    for (int i = 0; i < n; i++) {
      long here = plane[at + i];
      plane[at + i] = here ^ bits[i];
      bits[i] &= here;
    }
  }

  private static boolean any(long[] words, int from, int to) {
    long all = 0;
    for (int i = from; i < to; i++) {
      all |= words[i];
    }
    return all != 0;
  }

  @Override
  List<SpikeMap> bitPlanes() {
    return planes;
  }

  @Override
  public int planes() {
    return planes.size();
  }

  @Override
  public long word(int plane, long from, int count) {
    return plane < planes.size() ? planes.get(plane).word(0, from, count) : 0;
  }

  @Override
  public long words(int plane, long from, int step, int rows, int bits, long[] target, int at) {
    return plane < planes.size() ? planes.get(plane).words(0, from, step, rows, bits, target, at)
        : SpikeSource.super.words(plane, from, step, rows, bits, target, at);
  }

  @Override
  public long ones(int plane, long from, long count) {
    return plane < planes.size() ? planes.get(plane).ones(0, from, count) : 0;
  }

  @Override
  public void read(long from, float[] target, int offset, int count) {
    if (planes.size() == 1) {
      planes.get(0).read(from, target, offset, count);
      return;
    }
    requireRange(from, count);
    int step = SpikeMap.wordsOf(count);
    long[] bits = new long[planes.size() * step];
    for (int plane = 0; plane < planes.size(); plane++) {
      planes.get(plane).gather(from, count, bits, plane * step);
    }
    kernels.unpackPlanes(bits, 0, step, planes.size(), target, offset, count);
  }

  @Override
  public CountMap withFrames(int steps, int batch) {
    return new CountMap(requireRecut(steps, batch), kernels,
        planes.stream().map(plane -> plane.withFrames(steps, batch)).toList());
  }
}
