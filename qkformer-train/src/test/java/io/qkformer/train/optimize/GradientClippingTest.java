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
  void valuesAreBroughtIntoTheirBounds() {
    DoubleModel doubles = new DoubleModel().add("p", new double[3], 0, 1);
    doubles.setGradient("p", -5, 0.3, 2);
    double norm = doubles.clip(GradientClipping.byValue(1.5));

    assertThat(norm).isCloseTo(Math.sqrt(25 + 0.09 + 4), within(1e-12));
    assertThat(doubles.gradient("p")).containsExactly(-1.5, 0.3, 1.5);
  }

  @Test
  void normMayBeAnother() {
    DoubleModel doubles = new DoubleModel().add("p", new double[2], 0, 1).add("q", new double[2], 0, 1);
    for (double[] orderAndNorm : new double[][] {{1, 10}, {3, Math.cbrt(1 + 8 + 27 + 64)},
        {Double.POSITIVE_INFINITY, 4}}) {
      doubles.setGradient("p", 1, -2);
      doubles.setGradient("q", 3, -4);
      double norm = doubles.clip(new GradientClipping(GradientClipping.Mode.NORM, 2, new Norm(orderAndNorm[0])));
      assertThat(norm).isCloseTo(orderAndNorm[1], within(1e-12));
      assertThat(doubles.gradient("q")[1]).isCloseTo(-4 * 2 / (norm + 1e-6), within(1e-12));
    }
  }

  /** Units are the last axis: values 3, 4 and gradients 30, 40 of the first; 0, 0 and 6, 8 of the second. */
  @Test
  void unitsAreClippedToAShareOfTheirValues() {
    DoubleModel doubles = new DoubleModel().add("p", new double[] {3, 0, 4, 0}, 0, 2)
        .add("small", new double[] {3, 4}, 0, 1);
    doubles.setGradient("p", 30, 6, 40, 8);
    doubles.setGradient("small", 0.3, 0.3);
    doubles.clip(GradientClipping.adaptive(0.1));

    assertThat(doubles.gradient("p"))
        .containsExactly(new double[] {0.3, 6e-5, 0.4, 8e-5}, within(1e-12));
    assertThat(doubles.gradient("small")).containsExactly(0.3, 0.3);
  }

  @Test
  void unitsAreTheOutputChannelsOfAModelsWeights() {
    model.addGradients(0);
    GradientClipping.adaptive(0.01).apply(groups, inline);
    INDArray weight = model.parameter("conv.weight").value();
    INDArray gradient = model.parameter("conv.weight").gradient();

    INDArray ratios = gradient.norm2(0, 1, 2).div(weight.norm2(0, 1, 2));
    assertThat(ratios.length()).isEqualTo(50);
    assertThat(ratios.minNumber().doubleValue()).isCloseTo(0.01, within(1e-6));
    assertThat(ratios.maxNumber().doubleValue()).isCloseTo(0.01, within(1e-6));
  }

  @Test
  void badSettingsAreNamed() {
    assertThatThrownBy(() -> GradientClipping.byValue(0)).hasMessage("maxValue must be above 0 and finite, got 0.0");
    assertThatThrownBy(() -> GradientClipping.adaptive(-1)).hasMessageContaining("factor");
    assertThatThrownBy(() -> new Norm(0)).hasMessageContaining("order");
    assertThatThrownBy(() -> new GradientClipping(GradientClipping.Mode.NORM, 1, null)).hasMessageContaining("norm");
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
