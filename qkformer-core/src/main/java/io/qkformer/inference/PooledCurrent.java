package io.qkformer.inference;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.MaxPooling;
import io.qkformer.kernel.Scratch;
import io.qkformer.tensor.FloatSource;

/**
 * A map max-pooled (3x3, stride 2, padding 1) while it is read, a line of the output at a time: first the maximum of
 * the three lines, then of three columns. The pooled map never stands in memory.
 */
final class PooledCurrent implements Current {

  private static final int MAXIMA = NeuronTile.SLOTS;
  private static final int LINES = NeuronTile.SLOTS + 1;
  /** Lines of the output that are best read together: neighbours share a line of the map. */
  private static final int GRAIN = 2;

  private final FloatSource map;
  private final Kernels kernels;
  private final Shape in;
  private final Shape out;

  /** Pools a map of this shape. */
  PooledCurrent(FloatSource map, Shape shape, Kernels kernels) {
    this.map = map;
    this.kernels = kernels;
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
    return GRAIN * out.width();
  }

  @Override
  public void read(int step, int row, int rows, float[] target, int at, Scratch scratch) {
    int length = in.width() * in.channels();
    float[] maxima = scratch.floats(MAXIMA, length);
    float[] lines = scratch.floats(LINES, 3 * length);
    int middle = ALIGNED;
    int above = middle + length;
    int below = above + length;
    for (int done = 0; done < rows; done += out.width()) {
      int index = (row + done) / out.width();
      int line = index % out.height();
      long from = ((long) step * in.batch() + index / out.height()) * in.height() + 2L * line;
      boolean first = line == 0;
      boolean last = 2 * line + 1 == in.height();
      if (!first && done > 0) {
        int other = above;
        above = below;
        below = other;
      } else if (!first) {
        map.read((from - 1) * length, lines, above, length);
      }
      map.read(from * length, lines, middle, length);
      if (!last) {
        map.read((from + 1) * length, lines, below, length);
      }
      kernels.maximumOfThree(lines, middle, first ? middle : above, last ? middle : below, maxima, ALIGNED, length);
      columnsMaxima(maxima, target, at + done * in.channels());
    }
  }

  private void columnsMaxima(float[] maxima, float[] target, int at) {
    int channels = in.channels();
    for (int column = 0; column < out.width(); column++) {
      int middle = ALIGNED + 2 * column * channels;
      int left = column == 0 ? middle : middle - channels;
      int right = 2 * column + 1 == in.width() ? middle : middle + channels;
      kernels.maximumOfThree(maxima, middle, left, right, target, at + column * channels, channels);
    }
  }
}
