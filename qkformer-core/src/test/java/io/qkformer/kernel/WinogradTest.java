package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.kernel.Convolution.Path;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.HeapFloats;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Winograd's algorithm against direct sums in double precision, in all three passes. */
class WinogradTest {

  /**
   * Largest difference, relative to the largest value, that the project allows where an algorithm rounds differently. Up
   * to 6e-6 was seen here, with the portable kernels, which do not fuse.
   */
  private static final double TOLERANCE = 1e-5;
  private static final int IMAGES = 3;

  @ParameterizedTest
  @CsvSource({"8, 8, 64, 48", "13, 11, 33, 70", "5, 3, 96, 16", "1, 1, 16, 32", "4, 9, 7, 100", "2, 3, 417, 20"})
  void roundsLittleMoreThanTheDirectSums(int height, int width, int in, int out) {
    ConvolutionShape shape = new ConvolutionShape(IMAGES, height, width, in, out, 3, 1, 1);
    for (INDArray x : new INDArray[] {TestMaps.gaussian(1, IMAGES, height, width, in),
        TestMaps.counts(2, 0.4, 5, IMAGES, height, width, in)}) {
      INDArray g = TestMaps.gaussian(3, IMAGES, height, width, out);
      float[] w = TestMaps.floats(TestMaps.gaussian(4, 3, 3, in, out));
      double[][] expected = direct(shape, TestMaps.floats(x), w, TestMaps.floats(g));
      for (Engine engine : Engines.all()) {
        Convolution convolution = new Convolution(engine, shape, Path.WINOGRAD);
        assertThat(convolution.paths(Floats.of(x))).containsOnly(Path.WINOGRAD);
        INDArray y = Nd4j.create(IMAGES, height, width, out);
        INDArray dx = Nd4j.create(IMAGES, height, width, in);
        INDArray dw = Nd4j.create(3, 3, in, out);
        convolution.forward(Floats.of(x), new HeapFloats(w), null, Floats.of(y));
        convolution.inputGradient(Floats.of(g), new HeapFloats(w), Floats.of(dx));
        convolution.weightGradient(Floats.of(x), Floats.of(g), Floats.of(dw), null);
        INDArray[] actual = {y, dx, dw};
        for (int i = 0; i < actual.length; i++) {
          assertThat(difference(TestMaps.floats(actual[i]), expected[i])).as("%s, pass %d", engine.kernels().name(), i)
              .isLessThan(TOLERANCE);
        }
      }
    }
  }

  private static double difference(float[] actual, double[] expected) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    return difference / largest;
  }

  /** Output, gradient of the input, gradient of the weights. */
  private static double[][] direct(ConvolutionShape s, float[] x, float[] w, float[] g) {
    int in = s.inChannels();
    int out = s.outChannels();
    double[] y = new double[g.length];
    double[] dx = new double[x.length];
    double[] dw = new double[w.length];
    for (int pixel = 0; pixel < g.length / out; pixel++) {
      int row = pixel / s.inWidth() % s.inHeight();
      int column = pixel % s.inWidth();
      for (int tap = 0; tap < 9; tap++) {
        int down = tap / 3 - 1;
        int right = tap % 3 - 1;
        if (row + down < 0 || row + down >= s.inHeight() || column + right < 0 || column + right >= s.inWidth()) {
          continue;
        }
        int source = pixel + down * s.inWidth() + right;
        for (int i = 0; i < in; i++) {
          for (int o = 0; o < out; o++) {
            int weight = (tap * in + i) * out + o;
            y[pixel * out + o] += (double) x[source * in + i] * w[weight];
            dx[source * in + i] += (double) g[pixel * out + o] * w[weight];
            dw[weight] += (double) x[source * in + i] * g[pixel * out + o];
          }
        }
      }
    }
    return new double[][] {y, dx, dw};
  }

  @Test
  void anEmptyPatchSumsToExactlyTheBias() {
    int in = 40;
    int out = 24;
    ConvolutionShape shape = new ConvolutionShape(1, 9, 10, in, out, 3, 1, 1);
    float[] w = TestMaps.floats(TestMaps.gaussian(1, 3, 3, in, out));
    float[] bias = TestMaps.floats(TestMaps.gaussian(2, out));
    for (Engine engine : Engines.all()) {
      float[] x = new float[90 * in];
      x[(4 * 10 + 5) * in + 7] = 1;
      INDArray y = Nd4j.create(1, 9, 10, out);
      new Convolution(engine, shape, Path.WINOGRAD)
          .forward(Floats.of(Nd4j.create(x, new long[] {1, 9, 10, in}, 'c')), new HeapFloats(w), bias, Floats.of(y));
      float[] values = TestMaps.floats(y);
      for (int pixel = 0; pixel < 90; pixel++) {
        boolean touched = Math.abs(pixel / 10 - 4) <= 1 && Math.abs(pixel % 10 - 5) <= 1;
        for (int c = 0; c < out && !touched; c++) {
          assertThat(values[pixel * out + c]).isEqualTo(bias[c]);
        }
      }
    }
  }

  @Test
  void wideLayersTakeIt() {
    AtomicInteger transforms = new AtomicInteger();
    ConvolutionShape wide = new ConvolutionShape(1, 8, 8, 64, 64, 3, 1, 1);
    ConvolutionShape narrow = new ConvolutionShape(1, 8, 8, 8, 8, 3, 1, 1);
    try (Engine engine = Engines.counting("winogradInput", transforms)) {
      for (ConvolutionShape shape : new ConvolutionShape[] {narrow, wide}) {
        assertThat(transforms).hasValue(0);
        INDArray x = TestMaps.gaussian(1, 1, 8, 8, shape.inChannels());
        INDArray y = Nd4j.create(1, 8, 8, shape.outChannels());
        FloatSource w = new HeapFloats(new float[shape.weightLength()]);
        new Convolution(engine, shape, Path.BY_DENSITY).forward(Floats.of(x), w, null, Floats.of(y));
      }
      assertThat(transforms.get()).isPositive();
    }
  }

  @Test
  @org.junit.jupiter.api.Timeout(20)
  void oneOutputChannelIsOneStrip() {
    ConvolutionShape one = new ConvolutionShape(1, 8, 8, 16, 1, 3, 1, 1);
    Floats x = Floats.of(TestMaps.gaussian(1, 1, 8, 8, 16));
    float[] w = TestMaps.floats(TestMaps.gaussian(2, 9, 16, 1));
    INDArray expected = TestMaps.gaussian(3, 1, 8, 8, 1);
    INDArray actual = TestMaps.gaussian(4, 1, 8, 8, 1);
    new Convolution(Engines.PORTABLE, one, Convolution.Path.DENSE).forward(x, new HeapFloats(w), null, Floats.of(expected));
    new Convolution(Engines.PORTABLE, one, Convolution.Path.WINOGRAD).forward(x, new HeapFloats(w), null, Floats.of(actual));
    assertThat(TestMaps.floats(actual)).containsExactly(TestMaps.floats(expected),
        org.assertj.core.data.Offset.offset(1e-4f));
  }

  /** More floats than an int counts, where the maps are many. */
  @Test
  void tilesWaitForTheWeightsOnlyWhereTheyAreFew() {
    Winograd winograd = new Winograd(Engines.PORTABLE, new ConvolutionShape(20_000, 16, 16, 384, 384, 3, 1, 1));
    assertThat(winograd.transformsByStrips(11)).isTrue();
    for (int images : new int[] {12, 9_321, 10_000, 18_642, 20_000}) {
      assertThat(winograd.transformsByStrips(images)).as("%d images", images).isFalse();
    }
  }
}
