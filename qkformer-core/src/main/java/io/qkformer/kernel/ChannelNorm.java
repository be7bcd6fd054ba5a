package io.qkformer.kernel;

/**
 * What batch norm does to a map, per channel: {@code (x - centre) * scale + shift}, each product rounded before it is
 * added.
 *
 * @param centre one for each channel, as long as the others; not copied
 * @param scale  as {@code centre}
 * @param shift  as {@code centre}
 */
public record ChannelNorm(float[] centre, float[] scale, float[] shift) {

  /** Changes nothing, not even the sign of a zero; for maps of any number of channels. */
  public static final ChannelNorm NONE = none(Long.SIZE);

  /** Checks the lengths. */
  public ChannelNorm {
    if (centre.length == 0 || scale.length != centre.length || shift.length != centre.length) {
      throw new IllegalArgumentException("expected a centre, a scale and a shift for each channel, got "
          + centre.length + ", " + scale.length + " and " + shift.length);
    }
  }

  private static ChannelNorm none(int channels) {
    ChannelNorm norm = new ChannelNorm(new float[channels], new float[channels], new float[channels]);
    for (int c = 0; c < channels; c++) {
      norm.scale[c] = 1f;
      norm.shift[c] = -0f;
    }
    return norm;
  }

  /** The number of channels. */
  public int channels() {
    return centre.length;
  }

  /**
   * Norms n neighbours.
   *
   * @param first the channel of the first
   * @param y     may be x, in the same place
   */
  public void apply(Kernels kernels, int first, float[] x, int xOffset, int n, float[] y, int yOffset) {
    int channels = channels();
    int head = Math.min(n, (channels - first) % channels);
    int rows = (n - head) / channels;
    each(first, x, xOffset, head, y, yOffset);
    kernels.normalize(x, xOffset + head, rows, channels, centre, scale, shift, y, yOffset + head);
    int whole = head + rows * channels;
    each(0, x, xOffset + whole, n - whole, y, yOffset + whole);
  }

  /** Within one row. */
  private void each(int first, float[] x, int xOffset, int n, float[] y, int yOffset) {
    for (int j = 0; j < n; j++) {
      int c = first + j;
      y[yOffset + j] = (x[xOffset + j] - centre[c]) * scale[c] + shift[c];
    }
  }
}
