package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;
import static io.qkformer.kernel.WinogradTiles.KERNEL;
import static io.qkformer.kernel.WinogradTiles.OUT;
import static io.qkformer.kernel.WinogradTiles.POINTS;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;
import java.util.stream.IntStream;

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
        + (long) POINTS * widest(gradient.strips(rows)) * gradient.tiles.outChannels();
  }

  private int groupRows() {
    return Math.max(1, GROUP_FLOATS / (POINTS * (tiles.inChannels() + tiles.outChannels())) / tiles.columns());
  }

  /**
   * Where the strips of input channels begin, and end: sums over several groups have to stand in memory whole; of a single
   * one, a strip is enough.
   */
  private int[] strips(int rows) {
    int[] panels = inputs(1).starts();
    int each = rows > groupRows() ? panels.length : (panels.length + STRIPS - 1) / STRIPS;
    int[] strips = new int[(panels.length + each - 1) / each + 1];
    for (int i = 0; i < strips.length - 1; i++) {
      strips[i] = panels[i * each];
    }
    strips[strips.length - 1] = tiles.inChannels();
    return strips;
  }

  /** The most channels of a strip. */
  private static int widest(int[] strips) {
    return IntStream.range(1, strips.length).map(i -> strips[i] - strips[i - 1]).max().orElseThrow();
  }

  /** How the transformed input of some tiles lies at each point. */
  private Panels inputs(int count) {
    return new Panels(count, tiles.inChannels());
  }

  /** How the transformed gradient of some tiles lies at each point. */
  private Panels gradients(int count) {
    return new Panels(count, tiles.outChannels());
  }

  /** Floats from one point's panels to the next's. */
  private static int pointStep(Panels panels) {
    return panels.length() + SKEW;
  }

  /** Adds the gradient over some images, {@code [3][3][in][out]}, to what is there. */
  void add(FloatSource x, FloatSource g, Floats dw, int[] images) {
    int rows = images.length * tiles.rows();
    int groupRows = groupRows();
    int most = Math.min(groupRows, rows) * tiles.columns();
    int[] strips = strips(rows);
    float[] v = engine.takeBuffer(POINTS * pointStep(inputs(most)));
    float[] w = engine.takeBuffer(POINTS * pointStep(gradients(most)));
    float[] sums = engine.takeBuffer(POINTS * widest(strips) * tiles.outChannels());
    for (int strip = 0; strip < strips.length - 1; strip++) {
      int first = strips[strip];
      int count = strips[strip + 1] - first;
      for (int from = 0; from < rows; from += groupRows) {
        int group = Math.min(groupRows, rows - from);
        if (strip == 0) {
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
    Panels inputs = inputs(count * tiles.columns());
    Panels gradients = gradients(count * tiles.columns());
    int vStep = pointStep(inputs);
    int wStep = pointStep(gradients);
    engine.workers().forEach(count, (index, scratch) -> {
      int image = images[(from + index) / tiles.rows()];
      int tileRow = (from + index) % tiles.rows();
      float[] d = tiles.loadInput(x, image, tileRow, scratch);
      float[] gradient = tiles.loadGradient(g, image, tileRow, scratch);
      for (int column = 0; column < tiles.columns(); column++) {
        int tile = index * tiles.columns() + column;
        for (int channel = 0; channel < in; channel += inputs.width(channel)) {
          int width = inputs.width(channel);
          engine.kernels().winogradInput(d, ALIGNED + column * OUT * in + channel, tiles.inputRow(), in, width, v,
              ALIGNED + channel * inputs.rows() + tile * width, vStep);
        }
        for (int channel = 0; channel < out; channel += gradients.width(channel)) {
          int width = gradients.width(channel);
          engine.kernels().winogradGradient(gradient, ALIGNED + column * OUT * out + channel, tiles.outputRow(), out, width,
              w, ALIGNED + channel * gradients.rows() + tile * width, wStep);
        }
      }
    });
  }

  /**
   * {@code sums += V^T W} at each point, for a strip of input channels: no piece belongs to two tasks, so the number of
   * threads does not matter. Whatever a register block reads and writes lies together.
   *
   * @param sums {@code [point]}, the panels of each {@code [strip][out]}
   */
  private void addProducts(int count, float[] v, float[] w, int strip, int channels, boolean first, float[] sums) {
    Panels inputs = inputs(count);
    Panels gradients = gradients(count);
    engine.workers().forEach(POINTS, (point, scratch) -> {
      float[] zeros = scratch.floats(START, Panels.WIDTH);
      Arrays.fill(zeros, ALIGNED, ALIGNED + Panels.WIDTH, 0f);
      for (int column = 0; column < tiles.outChannels(); column += gradients.width(column)) {
        int width = gradients.width(column);
        int wAt = ALIGNED + point * pointStep(gradients) + column * count;
        for (int channel = strip; channel < strip + channels; channel += inputs.width(channel)) {
          int rows = inputs.width(channel);
          int to = ALIGNED + (point * tiles.outChannels() + column) * channels + (channel - strip) * width;
          engine.kernels().multiply(rows, width, count, v, ALIGNED + point * pointStep(inputs) + channel * count, 1,
              rows, w, wAt, width, first ? zeros : sums, first ? ALIGNED : to, first ? 0 : width, sums, to, width);
        }
      }
    });
  }

  private void addKernels(float[] sums, int strip, int channels, Floats dw) {
    int out = shape.outChannels();
    int tap = shape.inChannels() * out;
    int step = channels * tiles.outChannels();
    Panels panels = gradients(1);
    engine.workers().forEach(Math.min(channels, shape.inChannels() - strip), (channel, scratch) -> {
      float[] kernel = scratch.floats(ROW, KERNEL * KERNEL * out);
      for (int column = 0; column < out; column += panels.width(column)) {
        int width = panels.width(column);
        engine.kernels().winogradKernelGradient(sums, ALIGNED + column * channels + channel * width, step,
            Math.min(width, out - column), kernel, column, KERNEL * out, out);
      }
      float[] total = scratch.floats(OUTPUT, out);
      for (int i = 0; i < KERNEL * KERNEL; i++) {
        long at = (long) i * tap + (strip + channel) * out;
        dw.read(at, total, 0, out);
        engine.kernels().add(kernel, i * out, total, 0, out);
        dw.write(at, total, 0, out);
      }
    });
  }
}
