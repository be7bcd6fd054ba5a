package io.qkformer.layer;

/**
 * The shape of a feature map, {@code [T, B, H, W, C]}.
 *
 * @param timeSteps T
 * @param batch     B
 * @param height    H
 * @param width     W
 * @param channels  C
 */
public record MapShape(int timeSteps, int batch, int height, int width, int channels) {

  /** Checks that no axis is empty. */
  public MapShape {
    if (timeSteps < 1 || batch < 1 || height < 1 || width < 1 || channels < 1) {
      throw new IllegalArgumentException("every axis of [T, B, H, W, C] must be positive, got [" + timeSteps + ", "
          + batch + ", " + height + ", " + width + ", " + channels + "]");
    }
  }

  /** The same with other time steps. */
  public MapShape withTimeSteps(int steps) {
    return new MapShape(steps, batch, height, width, channels);
  }

  /** The same with other rows and columns. */
  public MapShape withSize(int newHeight, int newWidth) {
    return new MapShape(timeSteps, batch, newHeight, newWidth, channels);
  }

  /** The same with other channels. */
  public MapShape withChannels(int newChannels) {
    return new MapShape(timeSteps, batch, height, width, newChannels);
  }

  /** Number of tokens over all steps and samples, T * B * H * W. */
  public long rows() {
    return (long) timeSteps * batch * height * width;
  }

  /** Number of values, T * B * H * W * C. */
  public long elements() {
    return rows() * channels;
  }

  /** Bytes of the values in float32. */
  public long floatBytes() {
    return Float.BYTES * elements();
  }

  @Override
  public String toString() {
    return "[" + timeSteps + ", " + batch + ", " + height + ", " + width + ", " + channels + "]";
  }
}
