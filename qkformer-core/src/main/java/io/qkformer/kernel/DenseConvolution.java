package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;

/**
 * Convolution and linear product as one dense matrix product of the unfolded input: the slow twin of the others. The gradient
 * of the weights is {@link DenseGradient}'s.
 */
final class DenseConvolution {

  /** Rows of the product at a time: enough for the register blocks, few enough for the second-level cache. */
  static final int BLOCK_ROWS = 128;
  private static final int MIN_ROWS = 16;
  /** Rows for which it is still worth to fetch the weights. */
  private static final int FEW_ROWS = 64;
  /** Tasks that each thread shall have at least, where they keep that many rows. */
  private static final int LEAST_TASKS_PER_THREAD = 2;
  /** Rows of a register block. */
  private static final int REGISTER_ROWS = 8;
  /** Rows of weights that are packed at a time. */
  private static final int PACKED_ROWS = 48;
  /** Channels of pixels without neighbours from which on reading its rows one by one costs less than it gains; measured. */
  private static final int LEAST_CHANNELS_OF_ROWS = 64;
  /** Floats of one unfolded block, at most: half a megabyte. */
  private static final int BLOCK_FLOATS = 1 << 17;

  private static final int UNPACKED = 0;
  private static final int UNFOLDED = 1;
  private static final int OUT = 2;
  private static final int START = 7;

  private final Engine engine;
  private final ConvolutionShape shape;
  private final Panels weights;

  DenseConvolution(Engine engine, ConvolutionShape shape) {
    this.engine = engine;
    this.shape = shape;
    this.weights = new Panels(shape.taps(), shape.outChannels());
  }

  /** Floats of the packed weights. */
  int packedLength() {
    return weights.length();
  }

  /** Packs the weights {@code [kernel][kernel][in][out]} for {@link #forward}. */
  void pack(FloatSource w, float[] packed) {
    int width = shape.outChannels();
    engine.workers().forRanges(shape.taps(), PACKED_ROWS, (from, to, scratch) -> {
      int rows = (int) (to - from);
      float[] some = scratch.floats(UNFOLDED, rows * width);
      w.read(from * width, some, 0, rows * width);
      weights.packRows(some, 0, rows, (int) from, packed, ALIGNED);
    });
  }

  /** Packs the transpose of the weights of a linear layer, {@code [out][in]} here, for its gradient's way back. */
  void packTransposed(FloatSource w, float[] packed) {
    int[] starts = weights.starts();
    engine.workers().forEach(starts.length, (index, scratch) -> {
      int column = starts[index];
      int filled = Math.min(weights.width(column), shape.outChannels() - column);
      float[] some = scratch.floats(UNFOLDED, filled * shape.taps());
      w.read((long) column * shape.taps(), some, 0, filled * shape.taps());
      weights.packTransposed(some, column, packed, ALIGNED);
    });
  }

  /** Rows of a task; of few rows, tasks are smaller, so that no thread waits for long. */
  private int grain(PixelBlocks pixels) {
    int fair = pixels.rows() / (LEAST_TASKS_PER_THREAD * engine.workers().threads());
    return engine.workers().evenGrain(pixels.rows(), REGISTER_ROWS, Math.min(blockRows(), Math.max(FEW_ROWS, fair)));
  }

  private int blockRows() {
    return blockRows(shape);
  }

  /** Rows that are unfolded at a time. */
  static int blockRows(ConvolutionShape shape) {
    return Math.max(MIN_ROWS, Math.min(BLOCK_ROWS, BLOCK_FLOATS / shape.taps()));
  }

  /**
   * {@code y = x * w + bias} for some images and each of some weights; the input is unfolded once.
   *
   * @param packed the packed weights
   * @param bias   per output channel, or null
   */
  void forward(FloatSource x, float[][] packed, float[][] bias, Floats[] y, int[] images) {
    PixelBlocks pixels = new PixelBlocks(shape, images);
    if (splitsColumns(pixels.rows())) {
      forwardByColumns(pixels, x, packed, bias, y);
      return;
    }
    engine.workers().forRanges(pixels.rows(), grain(pixels), (from, to, scratch) -> {
      int rows = (int) (to - from);
      float[] unfolded = unfold(pixels, x, (int) from, (int) to, scratch);
      for (int part = 0; part < y.length; part++) {
        float[] out = start(bias[part], rows, scratch);
        multiply(rows, unfolded, packed[part], scratch.floats(START, weights.padded()), 0, out);
        pixels.writeOutput(y[part], (int) from, (int) to, out, ALIGNED, weights.padded());
      }
    });
  }

  /** Whether each thread takes some output channels of all rows: where it would have but one block of them. */
  boolean splitsColumns(int rows) {
    int threads = engine.workers().threads();
    return rows <= threads * blockRows() && weights.splitEvenly(threads);
  }

  /** The same for few rows: each thread fetches the weights of some output channels instead of all of them for some rows. */
  private void forwardByColumns(PixelBlocks pixels, FloatSource x, float[][] packed, float[][] bias, Floats[] y) {
    int[] columns = weights.evenStarts(LEAST_TASKS_PER_THREAD * engine.workers().threads());
    int rows = pixels.rows();
    float[] unfolded = engine.takeBuffer(unfoldedLength(rows));
    engine.workers().forRanges(rows, REGISTER_ROWS, (from, to, scratch) ->
        unfold(pixels, x, (int) from, (int) to, rows, unfolded, ALIGNED + (int) from * rowStep(), scratch));
    int tasks = columns.length - 1;
    engine.workers().forEach(y.length * tasks, (index, scratch) -> {
      int part = index / tasks;
      int first = columns[index % tasks];
      Panels some = weights.between(first, columns[index % tasks + 1]);
      float[] out = start(some, bias[part], first, rows, scratch);
      multiply(some, rows, unfolded, packed[part], ALIGNED + first * weights.rows(), scratch.floats(START, some.padded()), 0,
          out, ALIGNED);
      for (int row = 0; row < rows; row++) {
        pixels.writeOutput(y[part], row, first, some.columns(), out, ALIGNED + row * some.padded());
      }
    });
    engine.giveBack(unfolded);
  }

  /** Output pixels of a block of {@link #forwardSteps}, at most: a block has all steps. */
  private int blockPixels(int steps) {
    return Math.max(REGISTER_ROWS, blockRows() / steps / REGISTER_ROWS * REGISTER_ROWS);
  }

  /** Tasks of {@link #forwardSteps} for each sample. */
  int stepTasks(int steps) {
    return (shape.outHeight() * shape.outWidth() + blockPixels(steps) - 1) / blockPixels(steps);
  }

  /**
   * {@code x * w + bias} for all steps of some samples, whose output goes to a sink.
   *
   * @param packed  the packed weights
   * @param bias    per output channel, or null
   * @param batch   samples of one step in x
   * @param samples which of them
   * @param other   takes images only where the output has whole {@link Panels#UNIT}s of channels
   */
  Tasks forwardSteps(FloatSource x, float[] packed, float[] bias, int batch, int[] samples, OtherWay other, StepSink sink) {
    int pixels = shape.outHeight() * shape.outWidth();
    int steps = shape.images() / batch;
    int tasks = stepTasks(steps);
    int width = weights.padded();
    return new Tasks(samples.length * tasks, (index, scratch) -> {
      int sample = samples[index / tasks];
      int first = Tasks.bound(pixels, index % tasks, tasks);
      int rows = Tasks.bound(pixels, index % tasks + 1, tasks) - first;
      float[] out = start(bias, steps * rows, scratch);
      for (int step = 0, end; step < steps; step = end) {
        end = step + 1;
        int at = ALIGNED + step * rows * width;
        if (other.takes(step * batch + sample)) {
          other.sums(step * batch + sample, first, rows, out, at, scratch);
          continue;
        }
        while (end < steps && !other.takes(end * batch + sample)) {
          end++;
        }
        float[] unfolded = unfoldSteps(x, batch, sample, step, end, first, rows, scratch);
        multiply(weights, (end - step) * rows, unfolded, packed, ALIGNED, scratch.floats(START, width), 0, out, at);
      }
      sink.accept(sample, first, rows, out, ALIGNED, width, rows * width, scratch);
    });
  }

  /** The input under the same pixels of a sample at the steps [step, end), one after the other. */
  private float[] unfoldSteps(FloatSource x, int batch, int sample, int step, int end, int first, int rows, Scratch scratch) {
    int all = (end - step) * rows;
    float[] unfolded = scratch.floats(UNFOLDED, unfoldedLength(all));
    for (int i = 0; i < end - step; i++) {
      PixelBlocks pixels = new PixelBlocks(shape, new int[] {(step + i) * batch + sample});
      unfold(pixels, x, first, first + rows, all, unfolded, ALIGNED + i * rows * rowStep(), scratch);
    }
    return unfolded;
  }

  /** {@code y = sum of x * w} over some inputs and their weights, for all images. */
  void forwardSum(FloatSource[] x, float[][] packed, Floats y, int[] images) {
    PixelBlocks pixels = new PixelBlocks(shape, images);
    int width = weights.padded();
    engine.workers().forRanges(pixels.rows(), grain(pixels), (from, to, scratch) -> {
      int rows = (int) (to - from);
      float[] out = start(null, rows, scratch);
      for (int part = 0; part < x.length; part++) {
        float[] unfolded = unfold(pixels, x[part], (int) from, (int) to, scratch);
        multiply(rows, unfolded, packed[part], part == 0 ? scratch.floats(START, width) : out, part == 0 ? 0 : width,
            out);
      }
      pixels.writeOutput(y, (int) from, (int) to, out, ALIGNED, width);
    });
  }

  /** Writes what the sums start with, the bias or zeros, and returns the buffer of the sums. */
  private float[] start(float[] bias, int rows, Scratch scratch) {
    return start(weights, bias, 0, rows, scratch);
  }

  /** The same for neighbouring panels, of which {@code first} is the first column. */
  private static float[] start(Panels some, float[] bias, int first, int rows, Scratch scratch) {
    some.fillStart(bias, first, scratch.floats(START, some.padded()));
    return scratch.floats(OUT, rows * some.padded());
  }

  /** Whether the input is read in rows a constant step apart. */
  static boolean readsRows(ConvolutionShape shape) {
    return shape.kernel() == 1 && shape.padding() == 0 && shape.inChannels() >= LEAST_CHANNELS_OF_ROWS;
  }

  private boolean readsRows() {
    return readsRows(shape);
  }

  /** Floats between rows of the unfolded input. */
  private int rowStep() {
    return readsRows() ? Panels.ROW_STEP : shape.taps();
  }

  /** Floats that {@link #multiply} reads for some rows. */
  private int unfoldedLength(int rows) {
    return rows * rowStep() * (readsRows() ? weights.parts() : 1);
  }

  /** The input under some pixels as {@link #multiply} reads it. */
  private float[] unfold(PixelBlocks pixels, FloatSource x, int from, int to, Scratch scratch) {
    float[] unfolded = scratch.floats(UNFOLDED, unfoldedLength(to - from));
    unfold(pixels, x, from, to, to - from, unfolded, ALIGNED, scratch);
    return unfolded;
  }

  /** The same where there is room for more rows. */
  private void unfold(PixelBlocks pixels, FloatSource x, int from, int to, int room, float[] unfolded, int at,
      Scratch scratch) {
    if (readsRows()) {
      pixels.unfoldRows(x, from, to, weights, unfolded, at, room * Panels.ROW_STEP, scratch, UNPACKED);
    } else {
      pixels.unfold(x, from, to, unfolded, at);
    }
  }

  private void multiply(int rows, float[] unfolded, float[] packed, float[] start, int startRow, float[] out) {
    multiply(weights, rows, unfolded, packed, ALIGNED, start, startRow, out, ALIGNED);
  }

  /** The product with neighbouring panels of the weights, the first of which lies at {@code packedAt}. */
  private void multiply(Panels some, int rows, float[] unfolded, float[] packed, int packedAt, float[] start, int startRow,
      float[] out, int at) {
    if (readsRows()) {
      some.multiplyRows(engine.kernels(), rows, unfolded, ALIGNED, rows * Panels.ROW_STEP, packed, packedAt, start,
          ALIGNED, startRow, out, at, some.padded());
    } else {
      some.multiply(engine.kernels(), rows, unfolded, ALIGNED, shape.taps(), 1, packed, packedAt, start, ALIGNED, startRow,
          out, at, some.padded());
    }
  }
}
