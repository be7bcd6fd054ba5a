package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;
import static io.qkformer.kernel.WinogradTiles.KERNEL;
import static io.qkformer.kernel.WinogradTiles.POINTS;

import io.qkformer.tensor.FloatSource;
import java.util.Arrays;

/**
 * Some output channels of a convolution by Winograd's algorithm.
 *
 * @param first     the first channel
 * @param weights   how their weights lie at each point
 * @param at        where those of the first point begin, behind {@link Scratch#ALIGNED}
 * @param pointStep floats from one point to the next
 */
record WinogradStrip(int first, Panels weights, int at, int pointStep) {

  private static final int KERNELS = 5;
  private static final int START = 7;

  /** A strip whose weights have a buffer of their own. */
  static WinogradStrip alone(int first, Panels weights) {
    return new WinogradStrip(first, weights, 0, weights.length());
  }

  /**
   * Transforms the weights of the strip.
   *
   * @param w {@code [3][3][in][out]}
   * @param u receives them
   */
  void transform(Engine engine, ConvolutionShape shape, FloatSource w, float[] u) {
    int columns = weights.columns();
    int padded = weights.padded();
    int out = shape.outChannels();
    int tap = shape.inChannels() * out;
    engine.workers().forEach(shape.inChannels(), (channel, scratch) -> {
      float[] kernel = scratch.floats(KERNELS, KERNEL * KERNEL * columns);
      for (int i = 0; i < KERNEL * KERNEL; i++) {
        w.read((long) i * tap + channel * out + first, kernel, i * columns, columns);
      }
      for (int column = 0; column < padded; column += weights.width(column)) {
        int width = weights.width(column);
        int filled = Math.min(width, columns - column);
        int to = ALIGNED + at + column * weights.rows() + channel * width;
        engine.kernels().winogradKernel(kernel, column, KERNEL * columns, columns, filled, u, to, pointStep);
        for (int point = 0; point < POINTS && filled < width; point++) {
          int panel = to + point * pointStep;
          Arrays.fill(u, panel + filled, panel + width, 0f);
        }
      }
    });
  }

  /** The strip's bias, or zeros, until the next call. */
  float[] start(float[] bias, Scratch scratch) {
    float[] start = scratch.floats(START, weights.padded());
    weights.fillStart(bias, first, start);
    return start;
  }
}
