package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.MaxPooling;
import io.qkformer.kernel.Scratch;
import io.qkformer.tensor.FloatSource;

/**
 * A map max-pooled (3x3, stride 2, padding 1) while it is read, a line of the output at a time: first the maximum of
 * the three lines, then of three columns. The pooled map never stands in memory.
 */
final class PooledCurrent implements Current {

  private static final int MAXIMA = NeuronTile.SLOTS;
  private static final int LINE = NeuronTile.SLOTS + 1;

  private final FloatSource map;
  private final Shape in;
  private final Shape out;

  /** Pools a map of this shape. */
  PooledCurrent(FloatSource map, Shape shape) {
    this.map = map;
    this.in = shape;
    this.out = pooled(shape);
  }

  static Shape pooled(Shape shape) {
    return shape.withSize(MaxPooling.outSize(shape.height()), MaxPooling.outSize(shape.width()));
  }

  @Override
  public Shape shape() {
    return out;
  }

  @Override
  public int grain() {
    return out.width();
  }

  @Override
  public void read(int step, int row, int rows, float[] target, Scratch scratch) {
    for (int done = 0; done < rows; done += out.width()) {
      int line = (row + done) / out.width();
      long frame = (long) step * in.batch() + line / out.height();
      float[] maxima = linesMaximum(frame, line % out.height(), scratch);
      for (int column = 0; column < out.width(); column++) {
        columnsMaximum(maxima, column, target, Scratch.ALIGNED + (done + column) * in.channels());
      }
    }
  }

  private float[] linesMaximum(long frame, int outLine, Scratch scratch) {
    int length = in.width() * in.channels();
    float[] maxima = scratch.floats(MAXIMA, length);
    float[] line = scratch.floats(LINE, length);
    int middle = 2 * outLine;
    map.read((frame * in.height() + middle) * length, maxima, 0, length);
    for (int y = middle - 1; y <= middle + 1; y += 2) {
      if (y >= 0 && y < in.height()) {
        map.read((frame * in.height() + y) * length, line, 0, length);
        for (int j = 0; j < length; j++) {
          maxima[j] = Math.max(maxima[j], line[j]);
        }
      }
    }
    return maxima;
  }

  private void columnsMaximum(float[] maxima, int column, float[] target, int at) {
    int channels = in.channels();
    int middle = 2 * column * channels;
    System.arraycopy(maxima, middle, target, at, channels);
    if (column > 0) {
      maximum(maxima, middle - channels, target, at, channels);
    }
    if (2 * column + 1 < in.width()) {
      maximum(maxima, middle + channels, target, at, channels);
    }
  }

  private static void maximum(float[] x, int from, float[] target, int at, int n) {
    for (int j = 0; j < n; j++) {
      target[at + j] = Math.max(target[at + j], x[from + j]);
    }
  }
}
