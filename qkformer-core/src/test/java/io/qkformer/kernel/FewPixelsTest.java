package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.kernel.Convolution.Path;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Floats;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where pixels are few, threads take output channels instead of pixels: not a bit differs from what one thread computes. */
class FewPixelsTest {

  private static float[] forward(int threads, Kernels kernels, ConvolutionShape shape, Path path) {
    INDArray x = path == Path.SPIKES ? input(shape)
        : TestMaps.gaussian(1, shape.images(), shape.inHeight(), shape.inWidth(), shape.inChannels());
    float[] w = TestMaps.floats(TestMaps.gaussian(2, shape.taps(), shape.outChannels()));
    float[] bias = TestMaps.floats(TestMaps.gaussian(3, shape.outChannels()));
    INDArray y = TestMaps.gaussian(4, shape.images(), shape.outHeight(), shape.outWidth(), shape.outChannels());
    try (Engine engine = Engine.create(kernels, threads)) {
      Convolution convolution = new Convolution(engine, shape, path);
      assertThat(convolution.paths(Floats.of(x))).containsOnly(path);
      convolution.forward(Floats.of(x), ConvolutionWeights.of(w), bias, Floats.of(y));
      return TestMaps.floats(y);
    }
  }

  /** Images of spikes, of counts and of counts around medians, so that neighbours are read in different ways. */
  private static INDArray input(ConvolutionShape shape) {
    long[] lengths = {shape.images(), shape.inHeight(), shape.inWidth(), shape.inChannels()};
    float[] values = TestMaps.floats(TestMaps.spikes(5, 0.2, lengths));
    float[] counts = TestMaps.floats(TestMaps.counts(6, 0.6, 3, lengths));
    int each = values.length / shape.images();
    for (int i = 0; i < values.length; i++) {
      values[i] = i / each % 3 == 0 ? values[i] : i / each % 3 == 1 ? counts[i] : 2 + values[i];
    }
    return TestMaps.of(values, lengths);
  }

  private static void checkThreads(ConvolutionShape shape, Path path) {
    for (Kernels kernels : new Kernels[] {KernelProvider.portable(), KernelProvider.best()}) {
      float[] expected = forward(1, kernels, shape, path);
      for (int threads : new int[] {2, 3, 5}) {
        assertThat(Arrays.equals(forward(threads, kernels, shape, path), expected))
            .as("%s, %s, %d threads, %s", shape, path, threads, kernels.name()).isTrue();
      }
    }
  }

  /** Widths whose last panels have three, two and one vectors, two of two, and a part of one. */
  @ParameterizedTest
  @CsvSource({"4, 8, 8, 64, 150", "3, 5, 7, 130, 250", "1, 1, 1, 70, 384", "4, 3, 3, 450, 175", "2, 9, 9, 20, 65"})
  void linearLayers(int images, int height, int width, int in, int out) {
    ConvolutionShape shape = new ConvolutionShape(images, height, width, in, out, 1, 1, 0);
    try (Engine engine = Engine.create(2)) {
      assertThat(new DenseConvolution(engine, shape.canonical()).splitsColumns(images * height * width)).isTrue();
    }
    checkThreads(shape, Path.DENSE);
    checkThreads(shape, Path.SPIKES);
  }

  @ParameterizedTest
  @CsvSource({"1, 8, 8, 96, 150", "2, 7, 5, 130, 250", "1, 14, 14, 40, 65", "4, 4, 4, 16, 64"})
  void winogradsTiles(int images, int height, int width, int in, int out) {
    ConvolutionShape shape = new ConvolutionShape(images, height, width, in, out, 3, 1, 1);
    try (Engine engine = Engine.create(2)) {
      assertThat(new Winograd(engine, shape).splitsColumns(images)).isTrue();
    }
    checkThreads(shape, Path.WINOGRAD);
  }

  @ParameterizedTest
  @CsvSource({"4, 8, 8, 200, 1400, 1", "3, 15, 14, 65, 500, 3", "5, 3, 3, 700, 400, 1", "3, 20, 21, 300, 900, 1"})
  void sumsOfManyRows(int images, int height, int width, int in, int out, int kernel) {
    checkThreads(new ConvolutionShape(images, height, width, in, out, kernel, 1, kernel / 2), Path.SPIKES);
  }

  @Test
  void onlyFewPixelsOfManyWeightsAreCutByChannels() {
    try (Engine engine = Engine.create(2)) {
      SpikeSums.Piece[] pieces = pieces(engine, 4, 8, 1536, 384);
      assertThat(pieces).hasSize(4).allMatch(piece -> piece.columns() == 96 && piece.rows() == 4 * 64);
      assertThat(pieces(engine, 4, 8, 384, 1152)).allMatch(piece -> piece.columns() < 1152);
      assertThat(pieces(engine, 64, 16, 1536, 384)).allMatch(piece -> piece.columns() == 384 && piece.rows() == 256);
      assertThat(pieces(engine, 4, 8, 384, 384)).allMatch(piece -> piece.columns() == 384);
      assertThat(new Winograd(engine, new ConvolutionShape(64, 16, 16, 384, 384, 3, 1, 1)).splitsColumns(64)).isFalse();
      assertThat(new Winograd(engine, new ConvolutionShape(1, 16, 16, 384, 32, 3, 1, 1)).splitsColumns(1)).isFalse();
      DenseConvolution dense = new DenseConvolution(engine, new ConvolutionShape(4, 8, 8, 384, 1536, 1, 1, 0).canonical());
      assertThat(dense.splitsColumns(256)).isTrue();
      assertThat(dense.splitsColumns(257)).isFalse();
    }
    try (Engine engine = Engine.create(1)) {
      assertThat(pieces(engine, 4, 8, 1536, 384)).allMatch(piece -> piece.columns() == 384);
      assertThat(new Winograd(engine, new ConvolutionShape(1, 8, 8, 96, 96, 3, 1, 1)).splitsColumns(1)).isFalse();
    }
  }

  private static SpikeSums.Piece[] pieces(Engine engine, int images, int side, int in, int out) {
    ConvolutionShape shape = new ConvolutionShape(images, side, side, in, out, 1, 1, 0);
    return new SpikeConvolution(engine, shape).pieces(IntStream.range(0, images).toArray(), 1);
  }

  @ParameterizedTest
  @CsvSource({"4, 8, 1536, 384", "64, 8, 1536, 384", "3, 15, 700, 400", "4, 13, 384, 1152", "7, 1, 1000, 1000", "2, 32, 64, 96"})
  void everySumBelongsToOnePiece(int images, int side, int in, int out) {
    for (int threads = 1; threads <= 4; threads++) {
      int[][] times = new int[images][side * side * out];
      try (Engine engine = Engine.create(threads)) {
        for (SpikeSums.Piece piece : pieces(engine, images, side, in, out)) {
          for (int image : piece.images()) {
            for (int pixel = piece.first(); pixel < piece.first() + piece.count(); pixel++) {
              for (int column = piece.column(); column < piece.column() + piece.columns(); column++) {
                times[image][pixel * out + column]++;
              }
            }
          }
        }
      }
      assertThat(Arrays.stream(times).flatMapToInt(Arrays::stream).allMatch(count -> count == 1)).isTrue();
    }
  }
}
