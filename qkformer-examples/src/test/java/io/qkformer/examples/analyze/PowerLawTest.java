package io.qkformer.examples.analyze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class PowerLawTest {

  @Property
  void findsTheExponentOfAPowerLaw(@ForAll @DoubleRange(min = -3, max = 3) double exponent,
      @ForAll @DoubleRange(min = 0.01, max = 100) double factor) {
    double[] x = {3, 7, 20, 150};
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = factor * Math.pow(x[i], exponent);
    }
    PowerLaw law = PowerLaw.fit(x, y);
    assertThat(law.exponent()).isCloseTo(exponent, within(1e-9));
    assertThat(law.factor()).isCloseTo(factor, within(1e-6 * factor));
  }

  @Test
  void isTheLineOfLeastSquaresThroughTheLogarithms() {
    double e = Math.E;
    // points (0, 0), (1, 2), (2, 1) in logarithms: slope 1/2, height 1/2 at 0; it explains 1/4 of the variance
    PowerLaw law = PowerLaw.fit(new double[] {1, e, e * e}, new double[] {1, e * e, e});
    assertThat(law.exponent()).isCloseTo(0.5, within(1e-12));
    assertThat(law.factor()).isCloseTo(Math.exp(0.5), within(1e-12));
    assertThat(law.determination()).isCloseTo(0.25, within(1e-12));
    assertThat(PowerLaw.fit(new double[] {1, 2}, new double[] {5, 5}).determination()).isEqualTo(1);
  }

  @Test
  void refusesWhatHasNoExponent() {
    assertThatThrownBy(() -> PowerLaw.fit(new double[] {1, 2}, new double[] {1})).hasMessageContaining("2 and 1");
    assertThatThrownBy(() -> PowerLaw.fit(new double[] {2, 2}, new double[] {1, 3})).hasMessageContaining("different");
    assertThatThrownBy(() -> PowerLaw.fit(new double[] {1, 2}, new double[] {1, 0})).hasMessageContaining("got 0.0");
    assertThatThrownBy(() -> PowerLaw.fit(new double[] {1, Double.NaN}, new double[] {1, 1}))
        .hasMessageContaining("NaN");
  }
}
