package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.kernel.Convolution.Path;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.HeapFloats;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sums of weight rows, by the bits that are set or by those that are not, against the dense product. */
class SpikeConvolutionTest {

  /** Largest difference of sums in another order, relative to the largest value. */
  private static final double TOLERANCE = 3e-6;

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
    double largestValue = 1e-3;
    for (float value : expected) {
      largestValue = Math.max(largestValue, Math.abs(value));
    }
    for (Engine engine : Engines.all()) {
      float[] actual = forward(engine, shape, Path.SPIKES, x, w, bias);
      for (int i = 0; i < expected.length; i++) {
        assertThat(Math.abs(actual[i] - expected[i])).as("%s, %s at %d", engine.kernels().name(), shape, i)
            .isLessThanOrEqualTo((float) (TOLERANCE * largestValue));
      }
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
  void theFewerBitsOfEachPlaneSelectRows() {
    float[] values = new float[64];
    Arrays.fill(values, 0, 50, 1f);
    Arrays.fill(values, 0, 10, 3f);
    CompactMap map = CompactMap.pack(Engines.PORTABLE, Floats.of(TestMaps.of(values, 64)));
    SpikePlan fewer = SpikePlan.of(map, 0, 64, SpikePlan.Reading.FEWER);
    assertThat(fewer).isEqualTo(new SpikePlan(2, 0b01, 14 + 10));
    assertThat(fewer.scale(0)).isEqualTo(-1f);
    assertThat(fewer.scale(1)).isEqualTo(2f);
    assertThat(SpikePlan.of(map, 0, 64, SpikePlan.Reading.SET)).isEqualTo(new SpikePlan(2, 0, 50 + 10));
    assertThat(SpikePlan.of(map, 60, 4, SpikePlan.Reading.FEWER)).isEqualTo(new SpikePlan(0, 0, 0));
  }

  @Test
  void unsetBitsAreReadOnlyWhereEveryPixelSeesAWholeWindow() {
    assertThat(SpikeConvolution.reading(new ConvolutionShape(1, 4, 4, 8, 8, 1, 1, 0))).isEqualTo(SpikePlan.Reading.FEWER);
    assertThat(SpikeConvolution.reading(new ConvolutionShape(1, 4, 4, 8, 8, 3, 1, 1))).isEqualTo(SpikePlan.Reading.SET);
  }

  @Test
  void aMapOfOtherValuesHasNoPlan() {
    Floats floats = Floats.of(TestMaps.gaussian(1, 2, 64));
    assertThat(SpikePlan.of(ImagewiseMap.of(Engines.PORTABLE, floats, 2), 64, 64, SpikePlan.Reading.FEWER).rows())
        .isNegative();
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
