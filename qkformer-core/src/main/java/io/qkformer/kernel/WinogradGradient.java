package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;
import static io.qkformer.kernel.WinogradTiles.KERNEL;
import static io.qkformer.kernel.WinogradTiles.OUT;
import static io.qkformer.kernel.WinogradTiles.POINTS;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;

/**
 * The gradient of a 3x3 convolution's weights as {@link Winograd} computes it, {@code dg = G^T [sum over tiles
 * (B^T d B) * (A dY A^T)] G}.
 */
final class WinogradGradient {

  /** Floats of the transformed maps of one group of tiles; all threads share them in the third-level cache. */
  private static final int GROUP_FLOATS = 2 << 20;
  /** Into how many strips of input channels the sums of one group are cut. */
  private static final int STRIPS = 4;
  /** Points lie this much further apart than they must, so that they do not compete for one set of the cache. */
  private static final int SKEW = 16;

  private static final int OUTPUT = 2;
  private static final int ROW = 6;
  private static final int START = 7;

  private final Engine engine;
  private final ConvolutionShape shape;
  private final WinogradTiles tiles;

  WinogradGradient(Engine engine, ConvolutionShape shape) {
    this.engine = engine;
    this.shape = shape;
    this.tiles = new WinogradTiles(shape);
  }

  /** Floats that {@link #add} takes at a time. */
  static long floats(ConvolutionShape shape) {
    WinogradGradient gradient = new WinogradGradient(null, shape);
    int rows = shape.images() * gradient.tiles.rows();
    long perRow = (long) POINTS * gradient.tiles.columns() * (gradient.tiles.inChannels() + gradient.tiles.outChannels());
    return Math.min(gradient.groupRows(), rows) * perRow
        + (long) POINTS * gradient.stripRows(rows) * gradient.tiles.outChannels();
  }

  private int groupRows() {
    return Math.max(1, GROUP_FLOATS / (POINTS * (tiles.inChannels() + tiles.outChannels())) / tiles.columns());
  }

  /** Sums over several groups have to stand in memory whole; of a single one, a strip of input channels is enough. */
  private int stripRows(int rows) {
    int in = shape.inChannels();
    return rows > groupRows() ? in : Math.min(in, new Panels(1, (in + STRIPS - 1) / STRIPS).padded());
  }

  /** Adds the gradient over some images, {@code [3][3][in][out]}, to what is there. */
  void add(FloatSource x, FloatSource g, Floats dw, int[] images) {
    int rows = images.length * tiles.rows();
    int groupRows = groupRows();
    int most = Math.min(groupRows, rows) * tiles.columns();
    int stripRows = stripRows(rows);
    float[] v = engine.takeBuffer(POINTS * (most * tiles.inChannels() + SKEW));
    float[] w = engine.takeBuffer(POINTS * (most * tiles.outChannels() + SKEW));
    float[] sums = engine.takeBuffer(POINTS * stripRows * tiles.outChannels());
    for (int first = 0; first < shape.inChannels(); first += stripRows) {
      int count = Math.min(stripRows, shape.inChannels() - first);
      for (int from = 0; from < rows; from += groupRows) {
        int group = Math.min(groupRows, rows - from);
        if (first == 0) {
          transform(x, g, images, from, group, v, w);
        }
        addProducts(group * tiles.columns(), v, w, first, count, from == 0, sums);
      }
      addKernels(sums, first, count, dw);
    }
    engine.giveBack(v);
    engine.giveBack(w);
    engine.giveBack(sums);
  }

  private void transform(FloatSource x, FloatSource g, int[] images, int from, int count, float[] v, float[] w) {
    int in = tiles.inChannels();
    int out = tiles.outChannels();
    int vStep = count * tiles.columns() * in + SKEW;
    int wStep = count * tiles.columns() * out + SKEW;
    engine.workers().forEach(count, (index, scratch) -> {
      int image = images[(from + index) / tiles.rows()];
      int tileRow = (from + index) % tiles.rows();
      float[] d = tiles.loadInput(x, image, tileRow, scratch);
      float[] gradient = tiles.loadGradient(g, image, tileRow, scratch);
      for (int column = 0; column < tiles.columns(); column++) {
        int tile = index * tiles.columns() + column;
        engine.kernels().winogradInput(d, ALIGNED + column * OUT * in, tiles.inputRow(), in, in, v,
            ALIGNED + tile * in, vStep);
        engine.kernels().winogradGradient(gradient, ALIGNED + column * OUT * out, tiles.outputRow(), out, out, w,
            ALIGNED + tile * out, wStep);
      }
    });
  }

  /**
   * {@code sums += V^T W} at each point, for some input channels: no piece belongs to two tasks, so the number of
   * threads does not matter.
   */
  private void addProducts(int count, float[] v, float[] w, int firstChannel, int channels, boolean first,
      float[] sums) {
    int in = tiles.inChannels();
    int out = tiles.outChannels();
    int vStep = count * in + SKEW;
    int wStep = count * out + SKEW;
    engine.workers().forEach(POINTS, (point, scratch) -> {
      float[] zeros = scratch.floats(START, out);
      Arrays.fill(zeros, ALIGNED, ALIGNED + out, 0f);
      int to = ALIGNED + point * channels * out;
      engine.kernels().multiply(channels, out, count, v, ALIGNED + point * vStep + firstChannel, 1, in, w,
          ALIGNED + point * wStep, out, first ? zeros : sums, first ? ALIGNED : to, first ? 0 : out, sums, to, out);
    });
  }

  private void addKernels(float[] sums, int first, int count, Floats dw) {
    int out = shape.outChannels();
    int tap = shape.inChannels() * out;
    int step = count * tiles.outChannels();
    engine.workers().forEach(count, (channel, scratch) -> {
      float[] kernel = scratch.floats(ROW, KERNEL * KERNEL * out);
      engine.kernels().winogradKernelGradient(sums, ALIGNED + channel * tiles.outChannels(), step, out, kernel, 0,
          KERNEL * out, out);
      float[] total = scratch.floats(OUTPUT, out);
      for (int i = 0; i < KERNEL * KERNEL; i++) {
        long at = (long) i * tap + (first + channel) * out;
        dw.read(at, total, 0, out);
        engine.kernels().add(kernel, i * out, total, 0, out);
        dw.write(at, total, 0, out);
      }
    });
  }
}
