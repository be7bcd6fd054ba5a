package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.Scratch;
import io.qkformer.tensor.FloatSource;

/** A current that stands in memory, or some neighbouring channels of one. */
final class MapCurrent implements Current {

  /** Floats of one step whose neurons stay in the first-level cache. */
  private static final int TILE = 2048;

  private final FloatSource values;
  private final Shape shape;
  private final int firstChannel;
  private final int allChannels;

  /** All of a map, whose values lie in C order. */
  MapCurrent(FloatSource values, Shape shape) {
    this(values, shape, 0, shape.channels());
  }

  /**
   * Channels of a map that has more.
   *
   * @param shape       of the part
   * @param allChannels of the map
   */
  MapCurrent(FloatSource values, Shape shape, int firstChannel, int allChannels) {
    this.values = values;
    this.shape = shape;
    this.firstChannel = firstChannel;
    this.allChannels = allChannels;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public int grain() {
    return Math.max(1, TILE / shape.channels());
  }

  @Override
  public void read(int step, int row, int rows, float[] target, int at, Scratch scratch) {
    int channels = shape.channels();
    long first = (long) step * shape.plane() + row;
    if (channels == allChannels) {
      values.read(first * channels, target, at, rows * channels);
      return;
    }
    for (int i = 0; i < rows; i++) {
      values.read((first + i) * allChannels + firstChannel, target, at + i * channels, channels);
    }
  }
}
