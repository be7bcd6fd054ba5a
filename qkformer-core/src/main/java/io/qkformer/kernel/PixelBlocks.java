package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.HeapFloats;
import java.util.Arrays;

/**
 * The output pixels of some images in one row, image after image, and their unfolded input: how the dense product sees
 * a convolution. Row r is one output pixel; its columns are the taps {@code [kernel][kernel][in]} under it.
 */
final class PixelBlocks {

  private final ConvolutionShape shape;
  private final int[] images;
  private final int each;

  PixelBlocks(ConvolutionShape shape, int[] images) {
    this.shape = shape;
    this.images = images;
    this.each = shape.outHeight() * shape.outWidth();
  }

  int rows() {
    return images.length * each;
  }

  private interface Segment {
    void accept(int image, int firstPixel, int count, int row);
  }

  /** The parts of a range of rows that lie in one image each. */
  private void forSegments(int from, int to, Segment segment) {
    for (int row = from; row < to; ) {
      int pixel = row % each;
      int count = Math.min(to - row, each - pixel);
      segment.accept(images[row / each], pixel, count, row - from);
      row += count;
    }
  }

  /**
   * Packs the output channels of the output pixels [from, to).
   *
   * @param panels     how they lie in {@code target}, from {@link Scratch#ALIGNED} on
   * @param firstRow   of the panels that is written
   * @param slot       of the scratch memory, for where it cannot be done without
   */
  void packOutput(Kernels kernels, FloatSource map, int from, int to, Panels panels, int firstRow, float[] target,
      Scratch scratch, int slot) {
    int channels = shape.outChannels();
    forSegments(from, to, (image, pixel, count, row) -> {
      long at = ((long) image * each + pixel) * channels;
      if (map instanceof Floats floats && kernels.maps().packRows(floats, (int) at, count, channels, target, ALIGNED,
          panels.rows(), firstRow + row)) {
        return;
      }
      float[] rows = scratch.floats(slot, count * channels);
      map.read(at, rows, 0, count * channels);
      panels.packRows(rows, 0, count, firstRow + row, target, ALIGNED);
    });
  }

  /** Writes the output channels of the output pixels [from, to); a row of the source has {@code step} floats. */
  void writeOutput(Floats map, int from, int to, float[] source, int at, int step) {
    int channels = shape.outChannels();
    for (int row = 1; row < to - from && step != channels; row++) {
      System.arraycopy(source, at + row * step, source, at + row * channels, channels);
    }
    forSegments(from, to, (image, pixel, count, row) -> map.write(((long) image * each + pixel) * channels, source,
        at + row * channels, count * channels));
  }

  /** Writes some output channels of output pixel {@code row}. */
  void writeOutput(Floats map, int row, int firstChannel, int count, float[] source, int at) {
    long pixel = (long) images[row / each] * each + row % each;
    map.write(pixel * shape.outChannels() + firstChannel, source, at, count);
  }

  /** Unfolds the input under the output pixels [from, to), {@link ConvolutionShape#taps} floats for each. */
  void unfold(FloatSource x, int from, int to, float[] target, int at) {
    if (shape.isLinear()) {
      int channels = shape.inChannels();
      forSegments(from, to, (image, pixel, count, row) -> x.read(((long) image * each + pixel) * channels, target,
          at + row * channels, count * channels));
    } else {
      forSegments(from, to, (image, pixel, count, row) -> {
        for (int i = 0; i < count; i++) {
          unfoldPixel(x, image, pixel + i, target, at + (row + i) * shape.taps());
        }
      });
    }
  }

  /**
   * The input under the output pixels [from, to), which see one pixel each, as {@link Panels#multiplyRows} reads it. Where these
   * are neighbours, spikes are unpacked for all of them at a time, which takes less than the copies.
   *
   * @param partStep floats from one part of the rows to the next
   */
  void unfoldRows(FloatSource x, int from, int to, Panels weights, float[] target, int at, int partStep, Scratch scratch,
      int slot) {
    int channels = shape.inChannels();
    forSegments(from, to, (image, pixel, count, row) -> {
      int line = at + row * Panels.ROW_STEP;
      if (shape.stride() > 1) {
        for (int i = 0; i < count; i++) {
          readRows(x, inputAt(image, pixel + i), 1, weights, target, line + i * Panels.ROW_STEP, partStep);
        }
        return;
      }
      long first = inputAt(image, pixel);
      if (x instanceof SpikeSource) {
        float[] unpacked = scratch.floats(slot, count * channels);
        x.read(first, unpacked, 0, count * channels);
        readRows(new HeapFloats(unpacked), 0, count, weights, target, line, partStep);
      } else {
        readRows(x, first, count, weights, target, line, partStep);
      }
    });
  }

  /** Where the input pixel under an output pixel begins that sees no other. */
  private long inputAt(int image, int pixel) {
    long row = (long) image * shape.inHeight() + (long) pixel / shape.outWidth() * shape.stride();
    return (row * shape.inWidth() + (long) pixel % shape.outWidth() * shape.stride()) * shape.inChannels();
  }

  private static void readRows(FloatSource x, long first, int count, Panels weights, float[] target, int at, int partStep) {
    int depth = weights.depth();
    for (int i = 0; i < count; i++) {
      long source = first + (long) i * weights.rows();
      for (int p = 0; p < weights.parts(); p++) {
        x.read(source + p * depth, target, at + i * Panels.ROW_STEP + p * partStep, Math.min(depth, weights.rows() - p * depth));
      }
    }
  }

  private void unfoldPixel(FloatSource x, int image, int pixel, float[] target, int at) {
    int channels = shape.inChannels();
    int top = pixel / shape.outWidth() * shape.stride() - shape.padding();
    int left = pixel % shape.outWidth() * shape.stride() - shape.padding();
    int first = Math.max(0, -left);
    int end = Math.min(shape.kernel(), shape.inWidth() - left);
    int run = shape.kernel() * channels;
    for (int i = 0; i < shape.kernel(); i++) {
      int row = top + i;
      int to = at + i * run;
      if (row < 0 || row >= shape.inHeight()) {
        Arrays.fill(target, to, to + run, 0f);
        continue;
      }
      Arrays.fill(target, to, to + first * channels, 0f);
      x.read((((long) image * shape.inHeight() + row) * shape.inWidth() + left + first) * channels, target,
          to + first * channels, (end - first) * channels);
      Arrays.fill(target, to + end * channels, to + run, 0f);
    }
  }
}
