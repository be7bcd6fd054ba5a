package io.qkformer.layer;

import io.qkformer.kernel.Kernels;
import io.qkformer.tensor.FloatSource;

/** A map batch-normed while it is read, so that the normed map never stands in memory. */
final class NormalizedMap implements FloatSource {

  private final FloatSource map;
  private final Kernels kernels;
  private final float[] centre;
  private final float[] scale;
  private final float[] shift;

  NormalizedMap(FloatSource map, Kernels kernels, float[] centre, float[] scale, float[] shift) {
    this.map = map;
    this.kernels = kernels;
    this.centre = centre;
    this.scale = scale;
    this.shift = shift;
  }

  @Override
  public long length() {
    return map.length();
  }

  @Override
  public void read(long from, float[] target, int offset, int count) {
    map.read(from, target, offset, count);
    int channels = scale.length;
    int first = (int) (from % channels);
    if (first == 0 && count % channels == 0) {
      kernels.normalize(target, offset, count / channels, channels, centre, scale, shift, target, offset);
      return;
    }
    for (int j = 0, c = first; j < count; j++) {
      target[offset + j] = (target[offset + j] - centre[c]) * scale[c] + shift[c];
      c = c + 1 == channels ? 0 : c + 1;
    }
  }
}
