package io.qkformer.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.layer.Conv2d.Bias;
import io.qkformer.support.ReferenceCheck;
import io.qkformer.support.TestMaps;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class ParameterTest {

  @Test
  void convolutionsStartUniformWithinTheInverseRootOfTheFanIn() {
    Conv2d convolution = Conv2d.same3x3(16, 64, Bias.LEARNED);
    double bound = 1 / Math.sqrt(16 * 9);
    double[] weights = TestMaps.doubles(convolution.weight().value());
    assertThat(Arrays.stream(weights).map(Math::abs).max().getAsDouble()).isBetween(0.99 * bound, bound);
    assertThat(Arrays.stream(weights).average().getAsDouble()).isCloseTo(0, within(0.02 * bound));
    assertThat(Arrays.stream(weights).map(w -> w * w).average().getAsDouble() / (bound * bound))
        .isCloseTo(1 / 3.0, within(0.02));
    double[] bias = TestMaps.doubles(ReferenceCheck.parameters(convolution).get("bias").value());
    assertThat(Arrays.stream(bias).map(Math::abs).max().getAsDouble()).isBetween(0.8 * bound, bound);
  }

  @Test
  void theHeadStartsNormalWithDeviationOneFiftiethAndNoBias() {
    Conv2d head = Conv2d.head(200, 50);
    double[] weights = TestMaps.doubles(head.weight().value());
    assertThat(Math.sqrt(Arrays.stream(weights).map(w -> w * w).average().getAsDouble()))
        .isCloseTo(0.02, within(0.001));
    assertThat(TestMaps.floats(ReferenceCheck.parameters(head).get("bias").value())).containsOnly(0f);
  }

  @Test
  void valuesAreAFunctionOfSeedAndName() {
    Parameter a = Conv2d.same3x3(3, 4, Bias.NONE).weight();
    Parameter b = Conv2d.same3x3(3, 4, Bias.NONE).weight();
    a.initialize(7, "x");
    b.initialize(7, "x");
    assertThat(TestMaps.floats(a.value())).isEqualTo(TestMaps.floats(b.value()));
    b.initialize(8, "x");
    assertThat(TestMaps.floats(a.value())).isNotEqualTo(TestMaps.floats(b.value()));
    b.initialize(7, "y");
    assertThat(TestMaps.floats(a.value())).isNotEqualTo(TestMaps.floats(b.value()));
  }

  @ParameterizedTest
  @EnumSource(names = {"CONV2D", "CONV1D", "LINEAR"})
  void layoutsGoThereAndBack(StateLayout layout) {
    int k = layout == StateLayout.CONV2D ? 3 : 1;
    INDArray own = TestMaps.gaussian(1, k, k, 4, 5);
    INDArray external = layout.toExternal(own);
    long[] expected = switch (layout) {
      case CONV2D -> new long[] {5, 4, 3, 3};
      case CONV1D -> new long[] {5, 4, 1};
      default -> new long[] {5, 4};
    };
    assertThat(external.shape()).isEqualTo(expected).isEqualTo(layout.externalShape(own.shape()));
    for (int out = 0; out < 5; out++) {
      for (int in = 0; in < 4; in++) {
        INDArray kernel = external.reshape(5, 4, k, k);
        assertThat(kernel.getFloat(out, in, k - 1, 0)).isEqualTo(own.getFloat(k - 1, 0, in, out));
      }
    }
    assertThat(layout.fromExternal(external, own.shape())).isEqualTo(own);
    assertThatThrownBy(() -> layout.fromExternal(own.reshape(k * k * 20), own.shape()))
        .hasMessageContaining("expected shape " + Arrays.toString(expected));
  }

  @Test
  void vectorsAndScalarsKeepTheirShape() {
    assertThat(StateLayout.SAME.externalShape(new long[] {7})).containsExactly(7);
    assertThat(StateLayout.SAME.externalShape(new long[0])).isEmpty();
  }
}
