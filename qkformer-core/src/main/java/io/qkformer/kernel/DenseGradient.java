package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.tensor.FloatSource;
import java.util.Arrays;

/** The gradient of a convolution's weights as one dense matrix product with the unfolded input, {@code X^T G}. */
final class DenseGradient {

  /** How many tasks each thread shall have, so that all finish together. */
  private static final int TASKS_PER_THREAD = 12;
  /** Floats of one group of rows; all threads share them in the third-level cache. */
  private static final int GROUP_FLOATS = 1 << 20;

  private static final int UNFOLDED = 1;
  private static final int OUT = 2;

  private final Engine engine;
  private final ConvolutionShape shape;

  DenseGradient(Engine engine, ConvolutionShape shape) {
    this.engine = engine;
    this.shape = shape;
  }

  /** Floats that {@link #add} takes at a time. */
  static long floats(ConvolutionShape shape) {
    long rows = Math.min(groupRows(shape, 1), (long) shape.images() * shape.outHeight() * shape.outWidth());
    return rows * (shape.taps() + shape.outChannels()) + shape.weightLength();
  }

  private static int groupRows(ConvolutionShape shape, int outputs) {
    return Math.max(DenseConvolution.BLOCK_ROWS, GROUP_FLOATS / (shape.taps() + outputs * shape.outChannels()));
  }

  /**
   * Adds the gradient of the weights over some images.
   *
   * @param g    the gradients of one or several outputs; the input is unfolded once
   * @param sums for each output {@code [taps][out]} from {@link Scratch#ALIGNED} on
   */
  void add(FloatSource x, FloatSource[] g, float[][] sums, int[] images) {
    PixelBlocks pixels = new PixelBlocks(shape, images);
    int out = shape.outChannels();
    int most = groupRows(shape, g.length);
    int groups = (pixels.rows() + most - 1) / most;
    int group = (pixels.rows() + groups - 1) / groups;
    Factors factors = new Factors(engine.takeBuffer(new Panels(group, shape.taps()).length()), new float[g.length][]);
    Arrays.setAll(factors.gradients, part -> engine.takeBuffer(new Panels(group, out).length()));
    boolean packsInput = g.length * out >= shape.taps();
    for (int from = 0; from < pixels.rows(); from += group) {
      int first = from;
      int count = Math.min(group, pixels.rows() - from);
      int grain = engine.workers().evenGrain(count, 1, DenseConvolution.blockRows(shape));
      engine.workers().forRanges(count, grain, (begin, end, scratch) -> {
        int rows = (int) (end - begin);
        if (packsInput) {
          float[] unfolded = scratch.floats(UNFOLDED, rows * shape.taps());
          pixels.unfold(x, (int) (first + begin), (int) (first + end), unfolded, 0);
          new Panels(count, shape.taps()).packRows(unfolded, 0, rows, (int) begin, factors.inputs, ALIGNED);
        } else {
          pixels.unfold(x, (int) (first + begin), (int) (first + end), factors.inputs,
              ALIGNED + (int) begin * shape.taps());
        }
        for (int part = 0; part < g.length; part++) {
          pixels.packOutput(engine.kernels(), g[part], (int) (first + begin), (int) (first + end), new Panels(count, out),
              (int) begin, factors.gradients[part], scratch, OUT);
        }
      });
      addProducts(count, factors, packsInput, sums);
    }
    engine.giveBack(factors.inputs);
    for (float[] gradient : factors.gradients) {
      engine.giveBack(gradient);
    }
  }

  /** A group of rows: the unfolded input, packed where each is read often enough, and the packed gradients. */
  private record Factors(float[] inputs, float[][] gradients) {
  }

  /** {@code sums += X^T G}: every piece of the sums belongs to one task, so the number of threads does not matter. */
  private void addProducts(int rows, Factors factors, boolean packsInput, float[][] sums) {
    Panels in = new Panels(rows, shape.taps());
    Panels out = new Panels(rows, shape.outChannels());
    int width = shape.outChannels();
    int[] taps = in.starts();
    int[] columns = out.starts();
    int all = columns.length * sums.length;
    int wanted = TASKS_PER_THREAD * engine.workers().threads();
    int pieces = Math.min(all, (wanted + taps.length - 1) / taps.length);
    // neighbouring tasks write far from each other: processors fetch the lines beside those they write
    engine.workers().forEach(taps.length * pieces, (index, scratch) -> {
      int tap = taps[index % taps.length];
      int from = ALIGNED + (packsInput ? tap * rows : tap);
      int step = packsInput ? in.width(tap) : shape.taps();
      int piece = index / taps.length;
      for (int i = all * piece / pieces; i < all * (piece + 1) / pieces; i++) {
        int part = i / columns.length;
        int column = columns[i % columns.length];
        engine.kernels().multiplyAdd(Math.min(in.width(tap), shape.taps() - tap),
            Math.min(out.width(column), width - column), rows, factors.inputs, from, 1, step, factors.gradients[part],
            ALIGNED + column * rows, out.width(column), sums[part], ALIGNED + tap * width + column, width);
      }
    });
  }
}
