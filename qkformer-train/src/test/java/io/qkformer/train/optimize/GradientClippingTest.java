package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.kernel.Workers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class GradientClippingTest {

  private final Workers inline = new Workers(1);
  private final ToyModel model = new ToyModel();
  private final List<ParameterGroup> groups = ParameterGroups.of(model, 0.06);

  @Test
  void normIsOfAllGradientsTogether() {
    model.parameter("conv.weight").gradient().putScalar(5001, 2);
    model.parameter("lif.w").gradient().assign(-3);
    model.parameter("odd.bias").gradient().putScalar(3, 6);

    assertThat(GradientNorm.of(groups, inline)).isEqualTo(7);
  }

  @Test
  void normDoesNotDependOnTheNumberOfThreads() {
    model.addGradients(0);
    double squares = 0;
    for (var parameter : model.parameters().values()) {
      for (double g : parameter.gradient().data().asDouble()) {
        squares += g * g;
      }
    }
    double norm = GradientNorm.of(groups, inline);

    assertThat(norm).isCloseTo(Math.sqrt(squares), within(1e-9));
    try (Workers three = new Workers(3)) {
      assertThat(GradientNorm.of(groups, three)).isEqualTo(norm);
    }
  }

  @Test
  void longGradientIsShortenedKeepingItsDirection() {
    model.addGradients(0);
    INDArray before = model.parameter("conv.weight").gradient().dup();
    double norm = GradientClipping.byNorm(2).apply(groups, inline);

    assertThat(norm).isGreaterThan(2);
    assertThat(GradientNorm.of(groups, inline)).isCloseTo(2, within(1e-5));
    INDArray expected = before.mul(2 / norm);
    assertThat(model.parameter("conv.weight").gradient().equalsWithEps(expected, 1e-6)).isTrue();
  }

  @Test
  void shortGradientStaysAsItIs() {
    model.addGradients(0);
    INDArray before = model.parameter("conv.weight").gradient().dup();
    GradientClipping.byNorm(1e6).apply(groups, inline);

    assertThat(model.parameter("conv.weight").gradient()).isEqualTo(before);
  }

  @Test
  void gradientsThatAreNotFiniteAreNamed() {
    model.parameter("q.weight").gradient().putScalar(0, Float.NaN);
    assertThatThrownBy(() -> GradientClipping.byNorm(1).apply(groups, inline))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("q.weight");
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> GradientClipping.byNorm(bad)).isInstanceOf(IllegalArgumentException.class)
          .hasMessage("maxNorm must be above 0 and finite, got " + bad);
    }
  }
}
