package io.qkformer.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.kernel.Convolution;
import io.qkformer.kernel.Convolution.Path;
import io.qkformer.kernel.ConvolutionShape;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Conv2d.Bias;
import io.qkformer.support.Engines;
import io.qkformer.support.ReferenceCheck;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Floats;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class Conv2dTest {

  /** What an input may hold; each takes another way through the kernels. */
  enum Content {
    SPARSE_SPIKES, DENSE_SPIKES, COUNTS, ANALOG, NEGATIVE_INTEGERS;

    INDArray map(long... shape) {
      return switch (this) {
        case SPARSE_SPIKES -> TestMaps.spikes(1, 0.1, shape);
        case DENSE_SPIKES -> TestMaps.spikes(1, 0.8, shape);
        case COUNTS -> TestMaps.counts(1, 0.15, 4, shape);
        case ANALOG -> TestMaps.gaussian(1, shape);
        case NEGATIVE_INTEGERS -> TestMaps.counts(1, 0.1, 3, shape).neg();
      };
    }
  }

  private static void check(Conv2d convolution, int kernel, int stride, int padding, INDArray x) {
    for (Path path : Path.values()) {
      ReferenceCheck.training(1).check(convolution.onPath(path), x,
          (ops, in) -> ops.convolve("", in, kernel, stride, padding));
    }
  }

  @ParameterizedTest
  @EnumSource
  void threeByThreeEqualsTheNaiveSums(Content content) {
    check(TestMaps.livened(Conv2d.same3x3(5, 7, Bias.NONE), 1), 3, 1, 1, content.map(2, 2, 5, 4, 5));
  }

  @ParameterizedTest
  @EnumSource
  void pointwiseWithStrideLooksAtEverySecondOrFourthPixel(Content content) {
    check(TestMaps.livened(Conv2d.pointwise(6, 9, 2, Bias.LEARNED), 2), 1, 2, 0, content.map(2, 1, 7, 6, 6));
    check(TestMaps.livened(Conv2d.pointwise(3, 4, 4, Bias.NONE), 3), 1, 4, 0, content.map(1, 2, 8, 5, 3));
  }

  @ParameterizedTest
  @EnumSource
  void aLinearLayerIsAProductOfRows(Content content) {
    INDArray x = content.map(2, 3, 3, 5, 17);
    check(TestMaps.livened(Conv2d.linear(17, 19, Bias.LEARNED, StateLayout.CONV1D), 4), 1, 1, 0, x);
    check(TestMaps.livened(Conv2d.linear(17, 1, Bias.NONE, StateLayout.LINEAR), 5), 1, 1, 0, x);
    check(TestMaps.livened(Conv2d.head(17, 3), 6), 1, 1, 0, x);
  }

  @ParameterizedTest
  @EnumSource
  void aKernelOfThreeMayHaveAStride(Content content) {
    check(TestMaps.livened(Conv2d.of(4, 5, 3, 2, 1, Bias.LEARNED), 7), 3, 2, 1, content.map(1, 2, 7, 8, 4));
    check(TestMaps.livened(Conv2d.of(2, 3, 3, 3, 0, Bias.NONE), 8), 3, 3, 0, content.map(1, 1, 8, 9, 2));
  }

  @Property(tries = 25)
  void anyGeometryEqualsTheNaiveSums(@ForAll @IntRange(min = 1, max = 5) int kernel,
      @ForAll @IntRange(min = 1, max = 3) int stride, @ForAll @IntRange(min = 0, max = 4) int padding,
      @ForAll @IntRange(min = 1, max = 9) int height, @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll @IntRange(min = 1, max = 6) int in, @ForAll @IntRange(min = 1, max = 6) int out,
      @ForAll Content content) {
    int pad = Math.min(padding, kernel - 1);
    int rows = Math.max(height, kernel - 2 * pad);
    int columns = Math.max(width, kernel - 2 * pad);
    check(TestMaps.livened(Conv2d.of(in, out, kernel, stride, pad, Bias.LEARNED), 9), kernel, stride, pad,
        content.map(1, 2, rows, columns, in));
  }

  @Test
  void manyTilesAndPartialSumsEqualTheDensePathOfOneThread() {
    Conv2d convolution = TestMaps.livened(Conv2d.same3x3(16, 24, Bias.LEARNED), 10);
    INDArray x = TestMaps.spikes(2, 0.15, 3, 5, 13, 11, 16);
    INDArray g = TestMaps.gaussian(3, 3, 5, 13, 11, 24);
    Map<String, Parameter> parameters = ReferenceCheck.parameters(convolution);
    float[][] dense = run(Engine.create(Engines.PORTABLE.kernels(), 1), convolution.onPath(Path.DENSE), x, g);
    for (Engine engine : Engines.all()) {
      parameters.values().forEach(Parameter::clearGradient);
      float[][] listed = run(engine, convolution.onPath(Path.SPIKES), x, g);
      for (int i = 0; i < dense.length; i++) {
        ReferenceCheck.assertClose(widened(listed[i]), widened(dense[i]), 3e-6, engine.kernels().name() + " "
            + i);
      }
    }
  }

  private static float[][] run(Engine engine, Conv2d convolution, INDArray x, INDArray g) {
    Map<String, Parameter> parameters = ReferenceCheck.parameters(convolution);
    parameters.values().forEach(Parameter::clearGradient);
    try (Pass pass = Pass.training(engine, 1)) {
      Output y = convolution.forward(x, pass);
      INDArray dx = y.backward().apply(g);
      return new float[][] {TestMaps.floats(y.value()), TestMaps.floats(dx),
          TestMaps.floats(parameters.get("weight").gradient()),
          TestMaps.floats(parameters.get("bias").gradient())};
    }
  }

  private static double[] widened(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  static Stream<Content> listable() {
    return Stream.of(Content.SPARSE_SPIKES, Content.COUNTS);
  }

  @ParameterizedTest
  @MethodSource("listable")
  void eitherPathMayBeForced(Content content) {
    AtomicInteger listed = new AtomicInteger();
    Conv2d convolution = Conv2d.same3x3(8, 8, Bias.NONE);
    INDArray x = content.map(1, 1, 6, 6, 8);
    try (Engine engine = Engines.counting("addSelectedRows", listed); Pass pass = Pass.evaluation(engine, 1)) {
      convolution.onPath(Path.DENSE).forward(x, pass);
      assertThat(listed).hasValue(0);
      convolution.onPath(Path.SPIKES).forward(x, pass);
      assertThat(listed.get()).isPositive();
    }
  }

  @Test
  void eachImageGoesTheWayThatItsDensityAndTheShapeAskFor() {
    INDArray sparse = TestMaps.spikes(1, 0.01, 1, 1, 8, 8, 128);
    INDArray crowded = TestMaps.spikes(2, 0.8, 1, 1, 8, 8, 128);
    Floats both = Floats.of(Nd4j.concat(1, sparse, crowded, TestMaps.gaussian(3, 1, 1, 8, 8, 128)));
    Engine engine = Engines.PORTABLE;
    ConvolutionShape wide = new ConvolutionShape(3, 8, 8, 128, 128, 3, 1, 1);
    assertThat(new Convolution(engine, wide, Path.BY_DENSITY).paths(both))
        .containsExactly(Path.SPIKES, Path.WINOGRAD, Path.WINOGRAD);
    ConvolutionShape linear = new ConvolutionShape(3, 8, 8, 128, 128, 1, 1, 0);
    assertThat(new Convolution(engine, linear, Path.BY_DENSITY).paths(both))
        .as("a crowded map of a linear layer is read by what differs from its medians")
        .containsExactly(Path.SPIKES, Path.SPIKES, Path.DENSE);
    Floats counts = Floats.of(TestMaps.counts(4, 0.9, 7, 3, 1, 8, 8, 128));
    assertThat(new Convolution(engine, linear, Path.BY_DENSITY).paths(counts)).containsOnly(Path.DENSE);
    ConvolutionShape strided = new ConvolutionShape(3, 8, 8, 128, 128, 3, 2, 1);
    assertThat(new Convolution(engine, strided, Path.WINOGRAD).paths(both)).containsOnly(Path.DENSE);
    assertThat(new Convolution(engine, wide, Path.SPIKES).paths(both))
        .containsExactly(Path.SPIKES, Path.SPIKES, Path.DENSE);
    assertThat(new Convolution(engine, wide, Path.DENSE).paths(both)).containsOnly(Path.DENSE);
  }

  @Test
  void aSamplesBitsDoNotDependOnItsNeighbours() {
    for (Conv2d layer : List.of(Conv2d.pointwise(64, 128, 1, Bias.LEARNED), Conv2d.same3x3(32, 64, Bias.NONE))) {
      int in = layer.inChannels();
      INDArray alone = TestMaps.counts(1, 0.1, 3, 1, 1, 4, 4, in);
      INDArray beside = Nd4j.concat(1, TestMaps.gaussian(2, 1, 2, 4, 4, in), alone,
          TestMaps.spikes(3, 0.9, 1, 3, 4, 4, in));
      for (Engine engine : Engines.all()) {
        try (Pass pass = Pass.evaluation(engine, 1)) {
          float[] expected = TestMaps.floats(layer.forward(alone, pass).value());
          float[] batch = TestMaps.floats(layer.forward(beside, pass).value());
          assertThat(Arrays.copyOfRange(batch, 2 * expected.length, 3 * expected.length)).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void gradientsAddUpOverCallsUntilTheyAreCleared() {
    Conv2d convolution = TestMaps.livened(Conv2d.same3x3(3, 4, Bias.LEARNED), 11);
    INDArray x = TestMaps.spikes(1, 0.3, 1, 2, 4, 4, 3);
    INDArray g = TestMaps.gaussian(1, 1, 2, 4, 4, 4);
    float[][] once = run(Engines.PORTABLE, convolution, x, g);
    try (Pass pass = Pass.training(Engines.PORTABLE, 1)) {
      convolution.forward(x, pass).backward().apply(g);
    }
    float[] twice = TestMaps.floats(convolution.weight().gradient());
    for (int i = 0; i < twice.length; i++) {
      assertThat(twice[i]).isEqualTo(2 * once[2][i]);
    }
    convolution.weight().clearGradient();
    assertThat(TestMaps.floats(convolution.weight().gradient())).containsOnly(0f);
  }

  @Test
  void aWrongInputIsRefusedByBothShapes() {
    Conv2d convolution = Conv2d.same3x3(3, 4, Bias.NONE);
    try (Pass pass = Pass.training(Engines.PORTABLE, 1)) {
      assertThatThrownBy(() -> convolution.forward(TestMaps.spikes(1, 0.5, 1, 2, 4, 4, 5), pass))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected [T, B, H, W, 3]").hasMessageContaining("C=5")
          .hasMessageContaining("Conv2d(3, 4");
      assertThatThrownBy(() -> convolution.forward(TestMaps.spikes(1, 0.5, 2, 4, 4, 3), pass))
          .hasMessageContaining("expected [T, B, H, W, 3], got [2, 4, 4, 3]");
      Backward backward = convolution.forward(TestMaps.spikes(1, 0.5, 1, 2, 4, 4, 3), pass).backward();
      assertThatThrownBy(() -> backward.apply(TestMaps.gaussian(1, 1, 2, 4, 3, 4)))
          .hasMessageContaining("expected a gradient of shape [1, 2, 4, 4, 4], got [1, 2, 4, 3, 4]");
      assertThatThrownBy(() -> convolution.forward(TestMaps.spikes(1, 0.5, 1, 2, 4, 3, 4).permute(0, 1, 2,
          4, 3), pass))
          .hasMessageContaining("contiguous").hasMessageContaining("dup('c')");
    }
    assertThatThrownBy(() -> Conv2d.of(3, 4, 5, 1, 2, Bias.NONE).shape(1, 0, 4))
        .hasMessageContaining("0x4 is smaller than the kernel of 5x5");
  }

  @Test
  void aWrongGeometryIsRefusedByItsValues() {
    assertThatThrownBy(() -> Conv2d.same3x3(0, 4, Bias.NONE)).hasMessageContaining("in = 0");
    assertThatThrownBy(() -> Conv2d.pointwise(3, 4, 0, Bias.NONE)).hasMessageContaining("stride = 0");
    assertThatThrownBy(() -> Conv2d.of(3, 4, 3, 1, 3, Bias.NONE)).hasMessageContaining("padding = 3");
  }
}
