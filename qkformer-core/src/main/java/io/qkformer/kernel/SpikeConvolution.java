package io.qkformer.kernel;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;

/**
 * Convolution and linear product of spikes: sums of weight rows, in proportion to the spikes that there are. In the
 * gradient of the weights the roles change: each weight row is the sum of the output's gradients at the pixels where
 * its input fired, for which the bits are transposed.
 */
final class SpikeConvolution {

  /** Output pixels at a time; 64 of them select rows of the gradient with one word. */
  private static final int PIXELS = Long.SIZE;
  /** Columns that are summed in registers, and of which 64 rows (24 KiB) fit the first-level cache. */
  private static final int COLUMNS = 96;
  /** Floats of one group of gradients; all threads share them in the third-level cache. */
  private static final int GROUP_FLOATS = 1 << 20;
  /** Words of the transposed spikes of one group. */
  private static final int GROUP_WORDS = 1 << 18;

  private static final int OUT = 2;
  private static final int WORDS = 0;

  private final Engine engine;
  private final ConvolutionShape shape;
  private final int chunks;
  private final int blocksPerImage;

  SpikeConvolution(Engine engine, ConvolutionShape shape) {
    this.engine = engine;
    this.shape = shape;
    this.chunks = (shape.inChannels() + Long.SIZE - 1) / Long.SIZE;
    this.blocksPerImage = (outPixels() + PIXELS - 1) / PIXELS;
  }

  private int outPixels() {
    return shape.outHeight() * shape.outWidth();
  }

  /**
   * {@code y = x * w + bias} for some images.
   *
   * @param w    {@code [kernel][kernel][in][out]}
   * @param bias per output channel, or null
   */
  void forward(SpikeSource x, float[] w, float[] bias, Floats y, int[] images) {
    int width = shape.outChannels();
    engine.workers().forEach(images.length * blocksPerImage, (index, scratch) -> {
      int image = images[index / blocksPerImage];
      int first = index % blocksPerImage * PIXELS;
      int count = Math.min(PIXELS, outPixels() - first);
      float[] out = scratch.floats(OUT, count * width);
      if (bias == null) {
        Arrays.fill(out, 0, count * width, 0f);
      } else {
        for (int pixel = 0; pixel < count; pixel++) {
          System.arraycopy(bias, 0, out, pixel * width, width);
        }
      }
      long[] words = scratch.longs(WORDS, PIXELS);
      int taps = shape.kernel() * shape.kernel();
      for (int tap = 0; tap < taps; tap++) {
        for (int chunk = 0; chunk < chunks; chunk++) {
          for (int level = 0; level < x.levels(); level++) {
            if (!gather(x, image, first, count, tap, chunk, level, words)) {
              break;
            }
            int weights = (tap * shape.inChannels() + chunk * Long.SIZE) * width;
            for (int column = 0; column < width; column += COLUMNS) {
              engine.kernels().addSelectedRows(w, weights + column, width, Math.min(COLUMNS, width - column), words, 0,
                  count, out, column, width);
            }
          }
        }
      }
      y.write(((long) image * outPixels() + first) * width, out, 0, count * width);
    });
  }

  /**
   * The spikes under one tap of up to 64 output pixels, for 64 channels each.
   *
   * @return whether there are any
   */
  private boolean gather(SpikeSource x, int image, int firstPixel, int count, int tap, int chunk, int level,
      long[] words) {
    int channels = shape.inChannels();
    int channel = chunk * Long.SIZE;
    int bits = Math.min(Long.SIZE, channels - channel);
    int down = tap / shape.kernel() - shape.padding();
    int right = tap % shape.kernel() - shape.padding();
    long pixels = (long) image * shape.inHeight() * shape.inWidth();
    long any = 0;
    int row = firstPixel / shape.outWidth();
    int column = firstPixel % shape.outWidth();
    for (int i = 0; i < count; i++) {
      int inRow = row * shape.stride() + down;
      int inColumn = column * shape.stride() + right;
      long word = 0;
      if (inRow >= 0 && inRow < shape.inHeight() && inColumn >= 0 && inColumn < shape.inWidth()) {
        word = x.word(level, (pixels + (long) inRow * shape.inWidth() + inColumn) * channels + channel, bits);
      }
      words[i] = word;
      any |= word;
      if (++column == shape.outWidth()) {
        column = 0;
        row++;
      }
    }
    return any != 0;
  }

  /** Adds the gradient of the weights over some images to {@code sums}, {@code [taps][out]}. */
  void weightGradient(SpikeSource x, FloatSource g, float[] sums, int[] images) {
    int width = shape.outChannels();
    int taps = shape.kernel() * shape.kernel();
    int blocks = images.length * blocksPerImage;
    int group = Math.max(1, Math.min(GROUP_FLOATS / (width * PIXELS), GROUP_WORDS / (taps * chunks * PIXELS)));
    float[] gradients = engine.pool().takeBuffer(Math.min(group, blocks) * PIXELS * width);
    long[] selected = new long[Math.min(group, blocks) * taps * chunks * Long.SIZE];
    for (int from = 0; from < blocks; from += group) {
      int first = from;
      int count = Math.min(group, blocks - from);
      for (int level = 0; level < x.levels(); level++) {
        int height = level;
        engine.workers().forEach(count, (block, scratch) -> {
          int image = images[(first + block) / blocksPerImage];
          int pixel = (first + block) % blocksPerImage * PIXELS;
          int pixels = Math.min(PIXELS, outPixels() - pixel);
          if (height == 0) {
            g.read(((long) image * outPixels() + pixel) * width, gradients, block * PIXELS * width, pixels * width);
          }
          long[] words = scratch.longs(WORDS, PIXELS);
          for (int tap = 0; tap < taps; tap++) {
            for (int chunk = 0; chunk < chunks; chunk++) {
              gather(x, image, pixel, pixels, tap, chunk, height, words);
              Arrays.fill(words, pixels, PIXELS, 0L);
              BitSquare.transpose(words);
              System.arraycopy(words, 0, selected, ((tap * chunks + chunk) * count + block) * Long.SIZE, Long.SIZE);
            }
          }
        });
        addSelected(count, gradients, selected, sums);
      }
    }
    engine.pool().giveBack(gradients);
  }

  /** Every row of the sums belongs to one task, so the number of threads does not matter. */
  private void addSelected(int blocks, float[] gradients, long[] selected, float[] sums) {
    int width = shape.outChannels();
    int taps = shape.kernel() * shape.kernel();
    engine.workers().forEach(taps * chunks, (index, scratch) -> {
      int channel = index % chunks * Long.SIZE;
      int rows = Math.min(Long.SIZE, shape.inChannels() - channel);
      int to = (index / chunks * shape.inChannels() + channel) * width;
      for (int column = 0; column < width; column += COLUMNS) {
        for (int block = 0; block < blocks; block++) {
          engine.kernels().addSelectedRows(gradients, block * PIXELS * width + column, width,
              Math.min(COLUMNS, width - column), selected, (index * blocks + block) * Long.SIZE, rows, sums,
              to + column, width);
        }
      }
    });
  }
}
