package io.qkformer.kernel;

import java.util.Arrays;

/**
 * The spikes of an input as the output pixels of a convolution see them.
 *
 * @param shape the geometry
 */
record SpikeWindows(ConvolutionShape shape) {

  /**
   * The spikes under one tap of up to 64 output pixels, for 64 channels each.
   *
   * @return whether there are any
   */
  private boolean gather(SpikeSource x, int image, int firstPixel, int count, int tap, int chunk, int plane,
      long[] words, int at) {
    int channels = shape.inChannels();
    int channel = chunk * Long.SIZE;
    int bits = Math.min(Long.SIZE, channels - channel);
    int down = tap / shape.kernel() - shape.padding();
    int right = tap % shape.kernel() - shape.padding();
    long any = 0;
    for (int i = 0; i < count; ) {
      int row = (firstPixel + i) / shape.outWidth();
      int column = (firstPixel + i) % shape.outWidth();
      int run = Math.min(count - i, shape.outWidth() - column);
      int inRow = row * shape.stride() + down;
      // the columns of this run whose input lies on the map
      int from = Math.min(run, Math.max(0, ceilDiv(-right, shape.stride()) - column));
      int to = Math.max(from, Math.min(run, ceilDiv(shape.inWidth() - right, shape.stride()) - column));
      if (inRow < 0 || inRow >= shape.inHeight()) {
        from = run;
        to = run;
      }
      Arrays.fill(words, at + i, at + i + from, 0L);
      if (from < to) {
        long pixel = ((long) image * shape.inHeight() + inRow) * shape.inWidth()
            + (long) (column + from) * shape.stride() + right;
        any |= x.words(plane, pixel * channels + channel, shape.stride() * channels, to - from, bits, words,
            at + i + from);
      }
      Arrays.fill(words, at + i + to, at + i + run, 0L);
      i += run;
    }
    return any != 0;
  }

  private static int ceilDiv(int a, int b) {
    return -Math.floorDiv(-a, b);
  }

  /**
   * The bits under one tap of up to 64 neighbouring output pixels that select rows: a word for each pixel, a bit for each
   * of the 64 input channels from {@code chunk * 64} on.
   *
   * @param words receives {@link SpikePlan#words} planes of 64 words
   * @return the planes that have any bit, plane p as bit p
   */
  int select(SpikeSource x, SpikePlan plan, int image, int firstPixel, int count, int tap, int chunk, long[] words) {
    int used = 0;
    for (int plane = 0; plane < plan.planes(); plane++) {
      boolean any = gather(x, image, firstPixel, count, tap, chunk, plane, words, plane * Long.SIZE);
      used |= any ? 1 << plane : 0;
    }
    return plan.medians() == null ? used : plan.medians().subtract(chunk, words, count);
  }
}
