package io.qkformer.layer;

import io.qkformer.kernel.ChannelNorm;
import io.qkformer.kernel.Kernels;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;

/**
 * A map batch-normed while it is read, so that the normed map never stands in memory. Who norms faster on its own reads
 * {@link #map} and applies {@link #norm}.
 */
public final class NormalizedMap implements FloatSource {

  private final Floats map;
  private final Kernels kernels;
  private final ChannelNorm norm;

  NormalizedMap(Floats map, Kernels kernels, ChannelNorm norm) {
    this.map = map;
    this.kernels = kernels;
    this.norm = norm;
  }

  /** The map that is normed, rows of as many channels as {@link #norm} has. */
  public Floats map() {
    return map;
  }

  /** What is done to each row. */
  public ChannelNorm norm() {
    return norm;
  }

  @Override
  public long length() {
    return map.length();
  }

  @Override
  public void read(long from, float[] target, int offset, int count) {
    map.read(from, target, offset, count);
    norm.apply(kernels, (int) (from % norm.channels()), target, offset, count, target, offset);
  }
}
