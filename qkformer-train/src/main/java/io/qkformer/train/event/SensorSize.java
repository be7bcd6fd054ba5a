package io.qkformer.train.event;

/**
 * The pixels of an event camera: x runs from 0 to {@code width - 1}, y from 0 to {@code height - 1}.
 *
 * @param width number of columns, 1 to 65,536
 * @param height number of rows, 1 to 65,536
 */
public record SensorSize(int width, int height) {
  private static final int LARGEST_SIDE = 1 << Character.SIZE;

  /** The camera of DVS128 Gesture and CIFAR10-DVS. */
  public static final SensorSize DVS128 = new SensorSize(128, 128);
  /** N-MNIST. */
  public static final SensorSize N_MNIST = new SensorSize(34, 34);
  /** The camera of N-Caltech101. */
  public static final SensorSize ATIS = new SensorSize(240, 180);
  /** Whatever {@link Events} can hold: for files of an unknown camera. */
  public static final SensorSize LARGEST = new SensorSize(LARGEST_SIDE, LARGEST_SIDE);

  /**
   * Checks the sides.
   *
   * @throws IllegalArgumentException if one is outside 1 to 65,536
   */
  public SensorSize {
    if (width < 1 || width > LARGEST_SIDE || height < 1 || height > LARGEST_SIDE) {
      throw new IllegalArgumentException("sensor size: expected sides of 1 to " + LARGEST_SIDE + " pixels, got "
          + width + "x" + height);
    }
  }

  /** Returns whether the sensor has such a pixel. */
  public boolean contains(int x, int y) {
    return x >= 0 && x < width && y >= 0 && y < height;
  }

  /** Returns width and height as {@code 128x128}. */
  @Override
  public String toString() {
    return width + "x" + height;
  }
}
