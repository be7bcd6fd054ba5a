package io.qkformer.kernel;

import static io.qkformer.kernel.Scratch.ALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.kernel.Convolution.Path;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.HeapFloats;
import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The product over windows, and the strided gradient of the input, against their slow twins that unfold. */
class WindowConvolutionTest {

  private static final int[] KERNELS = {1, 2, 3, 5};
  private static final int[] IN = {1, 2, 3, 5, 16};
  private static final int[] OUT = {1, 7, 16, 48, 49, 64, 100};
  /** Largest difference of sums in another order, relative to the largest value. */
  private static final double TOLERANCE = 3e-6;

  /** The arrays that a convolution reads, for one shape. */
  private record Sample(ConvolutionShape shape, INDArray x, float[] w, float[] bias, INDArray g) {

    static Sample of(ConvolutionShape s) {
      return new Sample(s, TestMaps.gaussian(1, s.images(), s.inHeight(), s.inWidth(), s.inChannels()),
          TestMaps.floats(TestMaps.gaussian(2, s.taps(), s.outChannels())),
          TestMaps.floats(TestMaps.gaussian(3, s.outChannels())),
          TestMaps.gaussian(4, s.images(), s.outHeight(), s.outWidth(), s.outChannels()));
    }

    float[] forward(Engine engine, Path path) {
      INDArray y = TestMaps.gaussian(5, g.shape());
      new Convolution(engine, shape, path).forward(Floats.of(x), new HeapFloats(w), bias, Floats.of(y));
      return TestMaps.floats(y);
    }

    float[] inputGradient(Engine engine, Path path) {
      INDArray dx = TestMaps.gaussian(6, x.shape());
      new Convolution(engine, shape, path).inputGradient(Floats.of(g), new HeapFloats(w), Floats.of(dx));
      return TestMaps.floats(dx);
    }

    float[] weightGradient(Engine engine, Path path) {
      INDArray dw = Nd4j.zeros(shape.taps(), shape.outChannels());
      new Convolution(engine, shape, path).weightGradient(Floats.of(x), Floats.of(g), Floats.of(dw), null);
      return TestMaps.floats(dw);
    }

    /** The sums over some images beside the ones that were there, by windows whether they are faster or not. */
    float[] windowSums(Engine engine, int[] images) {
      float[] sums = sums();
      new WindowConvolution(engine, shape).weightGradient(Floats.of(x), Floats.of(g), sums, images);
      return sums;
    }

    float[] denseSums(Engine engine, int[] images) {
      float[] sums = sums();
      new DenseGradient(engine, shape).add(Floats.of(x), new FloatSource[] {Floats.of(g)},
          new float[][] {sums}, images);
      return sums;
    }

    private float[] sums() {
      float[] sums = new float[ALIGNED + shape.weightLength()];
      Arrays.fill(sums, 0.5f);
      return sums;
    }
  }

  private static void assertClose(float[] actual, float[] expected, Object what) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    assertThat(difference / largest).as("%s", what).isLessThan(TOLERANCE);
  }

  private static void checkAgainstTwins(ConvolutionShape shape) {
    Sample sample = Sample.of(shape);
    int[] images = IntStream.range(0, shape.images()).filter(image -> image != 1).toArray();
    for (Engine engine : Engines.all()) {
      String what = engine.kernels().name() + " " + shape;
      assertThat(Arrays.equals(sample.forward(engine, Path.WINDOWS), sample.forward(engine, Path.DENSE)))
          .as("bits of %s", what).isTrue();
      assertClose(sample.inputGradient(engine, Path.WINDOWS), sample.inputGradient(engine, Path.DENSE), what);
      assertClose(sample.windowSums(engine, images), sample.denseSums(engine, images), what);
    }
  }

  @Property(tries = 150)
  void anyGeometryEqualsTheUnfoldedProduct(@ForAll @IntRange(max = 3) int kernelIndex,
      @ForAll @IntRange(min = 1, max = 4) int stride, @ForAll @IntRange(max = 4) int inIndex,
      @ForAll @IntRange(max = 6) int outIndex, @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 17) int width, @ForAll @IntRange(max = 4) int padding,
      @ForAll @IntRange(min = 1, max = 3) int images) {
    int kernel = KERNELS[kernelIndex];
    int pad = Math.min(padding, kernel - 1);
    checkAgainstTwins(new ConvolutionShape(images, Math.max(height, kernel - 2 * pad),
        Math.max(width, kernel - 2 * pad), IN[inIndex], OUT[outIndex], kernel, stride, pad));
  }

  /** Images that are cut into several strips, with blocks of pixels and strips that are left over. */
  @ParameterizedTest
  @CsvSource({"67, 83, 3, 48, 3, 1, 1", "47, 60, 16, 70, 3, 1, 1", "61, 70, 33, 130, 1, 2, 0",
      "31, 37, 70, 130, 1, 2, 0", "20, 23, 200, 100, 1, 3, 0", "90, 87, 7, 64, 5, 2, 2",
      "95, 130, 5, 100, 1, 4, 0", "80, 75, 20, 33, 2, 3, 1"})
  void largeMapsEqualTheUnfoldedProduct(int height, int width, int in, int out, int kernel, int stride, int padding) {
    checkAgainstTwins(new ConvolutionShape(2, height, width, in, out, kernel, stride, padding));
  }

  @ParameterizedTest
  @CsvSource({"3, 57, 61, 3, 48, 3, 1, 1", "40, 18, 18, 2, 16, 3, 1, 1", "5, 61, 64, 32, 100, 1, 2, 0"})
  void theNumberOfThreadsChangesNoBit(int images, int height, int width, int in, int out, int kernel, int stride,
      int padding) {
    Sample sample = Sample.of(new ConvolutionShape(images, height, width, in, out, kernel, stride, padding));
    try (Engine one = Engine.create(1); Engine three = Engine.create(3)) {
      assertThat(new Convolution(one, sample.shape(), Path.BY_DENSITY).paths(Floats.of(sample.x())))
          .containsOnly(Path.WINDOWS);
      assertThat(Arrays.equals(sample.forward(one, Path.BY_DENSITY), sample.forward(three, Path.BY_DENSITY))).isTrue();
      assertThat(Arrays.equals(sample.inputGradient(one, Path.BY_DENSITY),
          sample.inputGradient(three, Path.BY_DENSITY))).isTrue();
      assertThat(Arrays.equals(sample.weightGradient(one, Path.BY_DENSITY),
          sample.weightGradient(three, Path.BY_DENSITY))).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"20, 3, 3, 16, 3, 1, 1", "20, 20, 2, 16, 3, 1, 1", "20, 20, 64, 64, 3, 2, 1", "9, 9, 100, 200, 1, 2, 0"})
  void theGradientOfTheWeightsIsTheUnfoldedOneWhicheverIsFaster(int height, int width, int in, int out, int kernel,
      int stride, int padding) {
    Sample sample = Sample.of(new ConvolutionShape(2, height, width, in, out, kernel, stride, padding));
    for (Engine engine : Engines.all()) {
      assertClose(sample.weightGradient(engine, Path.BY_DENSITY), sample.weightGradient(engine, Path.DENSE),
          engine.kernels().name());
    }
  }

  private static Path way(Path wanted, ConvolutionShape shape) {
    INDArray x = TestMaps.gaussian(1, 1, shape.inHeight(), shape.inWidth(), shape.inChannels());
    return new Convolution(Engines.PORTABLE, shape, wanted).paths(Floats.of(x))[0];
  }

  @Test
  void narrowAndStridedLayersTakeIt() {
    ConvolutionShape narrow = new ConvolutionShape(1, 8, 8, 2, 16, 3, 1, 1);
    ConvolutionShape strided = new ConvolutionShape(1, 8, 8, 48, 64, 1, 2, 0);
    ConvolutionShape patches = new ConvolutionShape(1, 8, 8, 3, 64, 4, 4, 0);
    for (ConvolutionShape shape : new ConvolutionShape[] {narrow, strided, patches}) {
      assertThat(way(Path.BY_DENSITY, shape)).isEqualTo(Path.WINDOWS);
      assertThat(way(Path.WINDOWS, shape)).isEqualTo(Path.WINDOWS);
      assertThat(way(Path.DENSE, shape)).isEqualTo(Path.DENSE);
      assertThat(way(Path.SPIKES, shape)).isEqualTo(Path.DENSE);
    }
    assertThat(way(Path.BY_DENSITY, new ConvolutionShape(1, 8, 8, 64, 64, 3, 1, 1))).isEqualTo(Path.WINOGRAD);
    ConvolutionShape linear = new ConvolutionShape(1, 8, 8, 64, 64, 1, 1, 0);
    assertThat(way(Path.BY_DENSITY, linear)).isEqualTo(Path.DENSE);
    assertThat(way(Path.WINDOWS, linear)).isEqualTo(Path.DENSE);
    ConvolutionShape wideStrided = new ConvolutionShape(1, 8, 8, 64, 64, 1, 2, 0);
    assertThat(way(Path.BY_DENSITY, wideStrided)).isEqualTo(Path.DENSE);
    assertThat(way(Path.WINDOWS, wideStrided)).isEqualTo(Path.WINDOWS);
  }
}
