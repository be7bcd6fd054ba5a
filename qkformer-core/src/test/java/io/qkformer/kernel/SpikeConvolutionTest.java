package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.kernel.Convolution.Path;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.HeapFloats;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Sums of weight rows, by the bits of counts or of what they differ from medians by, against the dense product. */
class SpikeConvolutionTest {

  /** Which argument of {@link Kernels#addSelectedRows} rows are multiplied by. */
  private static final int SCALE = 6;

  /** Largest difference of sums in another order, relative to the largest value. */
  private static final double TOLERANCE = 3e-6;
  /** A few roundings of float32, as a share of the sum of all magnitudes. */
  private static final double ROUNDING = 3e-7;

  @Property(tries = 60)
  void anyDensityAndWidthEqualsTheDenseProduct(@ForAll @IntRange(min = 1, max = 150) int in,
      @ForAll @IntRange(min = 1, max = 210) int out, @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @DoubleRange(min = 0, max = 1) double density, @ForAll @IntRange(min = 1, max = 7) int largest,
      @ForAll @IntRange(min = 0, max = 1) int ring) {
    ConvolutionShape shape = new ConvolutionShape(2, height, 9, in, out, 1 + 2 * ring, 1, ring);
    INDArray x = TestMaps.counts(in, density, largest, 2, height, 9, in);
    float[] w = TestMaps.floats(TestMaps.gaussian(2, shape.taps(), out));
    float[] bias = TestMaps.floats(TestMaps.gaussian(3, out));
    float[] expected = forward(Engines.PORTABLE, shape, Path.DENSE, x, w, bias);
    for (Engine engine : Engines.all()) {
      assertThat(forward(engine, shape, Path.SPIKES, x, w, bias)).as("%s, %s", engine.kernels().name(), shape)
          .satisfies(near(expected));
    }
  }

  private static float[] forward(Engine engine, ConvolutionShape shape, Path path, INDArray x, float[] w, float[] bias) {
    INDArray y = TestMaps.gaussian(5, shape.images(), shape.outHeight(), shape.outWidth(), shape.outChannels());
    Convolution convolution = new Convolution(engine, shape, path);
    CompactMap map = CompactMap.pack(engine, Floats.of(x));
    assertThat(convolution.paths(map)).containsOnly(path);
    convolution.forward(map, new HeapFloats(w), bias, Floats.of(y));
    return TestMaps.floats(y);
  }

  @Test
  void theMediansAreTakenFromCrowdedChannels() {
    // channel 0: 3 at three pixels of five, 2 at the others; channel 1: spikes at two; channel 2: silent
    float[] values = {3, 0, 0, 3, 1, 0, 2, 0, 0, 3, 1, 0, 2, 0, 0};
    CompactMap map = CompactMap.pack(Engines.PORTABLE, Floats.of(TestMaps.of(values, 15)));
    SpikePlan plan = SpikePlan.of(map, 0, 5, 3, SpikePlan.Reading.FEWER, new Scratch());
    assertThat(plan.planes()).isEqualTo(2);
    assertThat(plan.rows()).isEqualTo(2 + 2);
    assertThat(plan.medians().word(0, 0)).isEqualTo(0b001);
    assertThat(plan.medians().word(1, 0)).isEqualTo(0b001);
    assertThat(plan.words()).isEqualTo(3);
    assertThat(plan.lists()).isEqualTo(4);
    assertThat(SpikePlan.of(map, 0, 5, 3, SpikePlan.Reading.COUNTS, new Scratch())).isEqualTo(new SpikePlan(2, null, 8 + 2));
  }

  @Test
  void mediansAreTakenOnlyWhereEveryPixelSeesAWholeWindow() {
    assertThat(SpikeConvolution.reading(new ConvolutionShape(1, 4, 4, 8, 8, 1, 1, 0))).isEqualTo(SpikePlan.Reading.FEWER);
    assertThat(SpikeConvolution.reading(new ConvolutionShape(1, 4, 4, 8, 8, 3, 1, 1))).isEqualTo(SpikePlan.Reading.COUNTS);
  }

  @Test
  void sparseImagesAreReadAsTheyAre() {
    float[] values = new float[100];
    Arrays.fill(values, 0, 10, 1f);
    Arrays.fill(values, 0, 5, 3f);
    CompactMap map = CompactMap.pack(Engines.PORTABLE, Floats.of(TestMaps.of(values, 100)));
    assertThat(SpikePlan.of(map, 0, 20, 5, SpikePlan.Reading.FEWER, new Scratch())).isEqualTo(new SpikePlan(2, null, 10 + 5));
    assertThat(SpikePlan.of(map, 90, 2, 5, SpikePlan.Reading.FEWER, new Scratch())).isEqualTo(new SpikePlan(0, null, 0));
  }

  @Property(tries = 60)
  void channelsThatDifferFromTheirMediansEqualTheDenseProduct(@ForAll @IntRange(min = 1, max = 140) int in,
      @ForAll @IntRange(min = 1, max = 110) int out, @ForAll @IntRange(min = 1, max = 12) int height,
      @ForAll @DoubleRange(min = 0, max = 0.5) double differing, @ForAll @IntRange(min = 0, max = 9) int most,
      @ForAll @IntRange(min = 0, max = 1) int ring, @ForAll @IntRange(min = 1, max = 2) int stride) {
    ConvolutionShape shape = new ConvolutionShape(3, height, 9, in, out, 1 + 2 * ring, stride, ring);
    INDArray x = aroundMedians(new Random(in + 31L * out), 3, height, 9, in, differing, most);
    float[] w = TestMaps.floats(TestMaps.gaussian(2, shape.taps(), out));
    float[] bias = TestMaps.floats(TestMaps.gaussian(3, out));
    INDArray g = TestMaps.gaussian(4, 3, shape.outHeight(), shape.outWidth(), out);
    float[] expected = forward(Engines.PORTABLE, shape, Path.DENSE, x, w, bias);
    float[] expectedGradient = weightGradient(Engines.PORTABLE, shape, Path.DENSE, x, g);
    // what the sums would be if nothing cancelled: rounding is as large as that, however small a sum comes out
    float[] summedGradient = weightGradient(Engines.PORTABLE, shape, Path.DENSE, x, Transforms.abs(g));
    for (Engine engine : Engines.all()) {
      assertThat(forward(engine, shape, Path.SPIKES, x, w, bias)).as("%s, %s", engine.kernels().name(), shape)
          .satisfies(near(expected));
      assertThat(weightGradient(engine, shape, Path.SPIKES, x, g)).as("%s, %s", engine.kernels().name(), shape)
          .satisfies(near(expectedGradient, summedGradient));
    }
  }

  @Test
  void countsAroundTheirMediansAreSummedWithSignsByDefault() {
    int in = 128;
    int out = 384;
    ConvolutionShape shape = new ConvolutionShape(3, 8, 9, in, out, 1, 1, 0);
    INDArray x = aroundMedians(new Random(1), 3, 8, 9, in, 0.1, 3);
    AtomicInteger signed = new AtomicInteger();
    try (Engine engine = Engines.counting("addSelectedRows", SpikeConvolutionTest::subtracts, signed)) {
      Convolution convolution = new Convolution(engine, shape, Path.BY_DENSITY);
      CompactMap map = CompactMap.pack(engine, Floats.of(x));
      convolution.forward(map, new HeapFloats(TestMaps.floats(TestMaps.gaussian(2, in, out))), (float[]) null,
          Floats.of(TestMaps.gaussian(3, 3, 8, 9, out)));
      assertThat(signed.getAndSet(0)).isPositive();
      convolution.weightGradient(map, Floats.of(TestMaps.gaussian(4, 3, 8, 9, out)),
          Floats.of(TestMaps.gaussian(5, in, out)), null);
      assertThat(signed.get()).isPositive();
    }
  }

  private static boolean subtracts(Object[] arguments) {
    return (float) arguments[SCALE] < 0;
  }

  private static INDArray aroundMedians(Random random, int images, int height, int width, int channels, double differing,
      int most) {
    float[] values = new float[images * height * width * channels];
    int each = height * width * channels;
    for (int image = 0; image < images; image++) {
      for (int channel = 0; channel < channels; channel++) {
        int median = random.nextInt(most + 1);
        for (int at = image * each + channel; at < (image + 1) * each; at += channels) {
          values[at] = random.nextDouble() < differing ? random.nextInt(most + 2) : median;
        }
      }
    }
    return TestMaps.of(values, images, height, width, channels);
  }

  private static Consumer<float[]> near(float[] expected) {
    return near(expected, new float[0]);
  }

  /** Within {@link #TOLERANCE} of the largest value or, where nearly all cancels, {@link #ROUNDING} of what was added. */
  private static Consumer<float[]> near(float[] expected, float[] summed) {
    float tolerance = (float) Math.max(TOLERANCE * Math.max(1e-3f, largest(expected)), ROUNDING * largest(summed));
    return actual -> assertThat(actual).containsExactly(expected, Offset.offset(tolerance));
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static float[] weightGradient(Engine engine, ConvolutionShape shape, Path path, INDArray x, INDArray g) {
    INDArray dw = TestMaps.gaussian(6, shape.taps(), shape.outChannels());
    new Convolution(engine, shape, path).weightGradient(CompactMap.pack(engine, Floats.of(x)), Floats.of(g),
        Floats.of(dw), null);
    return TestMaps.floats(dw);
  }

  @Test
  void aMapOfOtherValuesHasNoPlan() {
    Floats floats = Floats.of(TestMaps.gaussian(1, 2, 64));
    assertThat(SpikePlan.of(ImagewiseMap.of(Engines.PORTABLE, floats, 2), 64, 8, 8, SpikePlan.Reading.FEWER, new Scratch())
        .rows()).isNegative();
  }

  @Test
  void equalPixelsOfACrowdedImageHaveEqualSums() {
    // max pooling decides ties by position: rounding must not break them
    int in = 40;
    ConvolutionShape shape = new ConvolutionShape(1, 8, 9, in, 33, 1, 1, 0);
    float[] pixel = TestMaps.floats(TestMaps.spikes(1, 0.8, in));
    float[] values = new float[8 * 9 * in];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixel[i % in];
    }
    float[] y = forward(Engines.all().get(0), shape, Path.SPIKES, TestMaps.of(values, 1, 8, 9, in),
        TestMaps.floats(TestMaps.gaussian(2, in, 33)), TestMaps.floats(TestMaps.gaussian(3, 33)));
    for (int i = 33; i < y.length; i++) {
      assertThat(y[i]).isEqualTo(y[i % 33]);
    }
  }
}
