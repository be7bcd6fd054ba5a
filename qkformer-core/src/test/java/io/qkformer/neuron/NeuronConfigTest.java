package io.qkformer.neuron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.kernel.Engine;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeuronConfigTest {

  @Test
  void theDefaultsAreTheReferences() {
    NeuronConfig lif = NeuronConfig.lif();
    assertThat(lif.tau()).isEqualTo(2);
    assertThat(lif.threshold()).isEqualTo(1);
    assertThat(lif.hardReset()).hasValue(0);
    assertThat(lif.inputDecay()).isEqualTo(NeuronConfig.InputDecay.DECAYED);
    assertThat(lif.surrogate()).isEqualTo(new SigmoidSurrogate(4));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5, -2, Double.NaN, Double.POSITIVE_INFINITY})
  void tauMustBeAboveOne(double tau) {
    assertThatThrownBy(() -> NeuronConfig.lif().withTau(tau)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tau must be above 1 and finite, got " + tau);
  }

  @Test
  void theThresholdMustLieAboveTheReset() {
    assertThatThrownBy(() -> NeuronConfig.lif().withThreshold(0))
        .hasMessage("threshold must be finite and above the reset potential 0.0, got 0.0");
    assertThatThrownBy(() -> NeuronConfig.lif().withHardReset(1.5))
        .hasMessage("threshold must be finite and above the reset potential 1.5, got 1.0");
    assertThatThrownBy(() -> NeuronConfig.lif().withSoftReset().withThreshold(-1))
        .hasMessageContaining("got -1.0");
    assertThatThrownBy(() -> NeuronConfig.lif().withHardReset(Double.NEGATIVE_INFINITY))
        .hasMessageContaining("-Infinity");
    assertThatThrownBy(() -> NeuronConfig.lif().withThreshold(Double.NaN)).hasMessageContaining("NaN");
  }

  @Test
  void surrogatesRefuseSlopesThatAreNotPositive() {
    assertThatThrownBy(() -> new SigmoidSurrogate(0))
        .hasMessage("alpha must be positive and finite, got 0.0");
    assertThatThrownBy(() -> new AtanSurrogate(-1)).hasMessage("alpha must be positive and finite, got -1.0");
    assertThatThrownBy(() -> new RectangularSurrogate(Double.NaN))
        .hasMessage("width must be positive and finite, got NaN");
  }

  @Test
  void surrogatesHaveTheKnownValues() {
    Surrogate sigmoid = new SigmoidSurrogate();
    assertThat(sigmoid.derivative(0)).isEqualTo(1);
    assertThat(sigmoid.derivative(0.5)).isCloseTo(0.4200, within(5e-5)).isEqualTo(sigmoid.derivative(-0.5));
    assertThat(sigmoid.derivative(1)).isCloseTo(0.0707, within(5e-5));
    assertThat(sigmoid.derivative(1000)).isZero();
    assertThat(new AtanSurrogate().derivative(0)).isEqualTo(1);
    assertThat(new RectangularSurrogate(0.5).derivative(0.2)).isEqualTo(2);
    assertThat(new RectangularSurrogate(0.5).derivative(0.25)).isZero();
  }

  @Test
  void aSurrogateIsTheDerivativeOfAStepOfHeightOne() {
    for (Surrogate surrogate : List.of(new SigmoidSurrogate(), new SigmoidSurrogate(1),
        new RectangularSurrogate(),
        new AtanSurrogate(), new AtanSurrogate(5))) {
      double area = 0;
      for (int i = -400_000; i < 400_000; i++) {
        area += surrogate.derivative((i + 0.5) * 1e-3) * 1e-3;
      }
      assertThat(area).as(surrogate.toString()).isCloseTo(1, within(2e-3));
    }
  }

  @Test
  void theSigmoidsKernelEqualsItsFormula() {
    float[] h = TestMaps.floats(TestMaps.gaussian(1, 1001).muli(3));
    for (Surrogate surrogate : List.of(new SigmoidSurrogate(), new SigmoidSurrogate(9))) {
      for (Engine engine : Engines.all()) {
        float[] sg = new float[h.length + 2];
        surrogate.derivatives(engine.kernels(), 0.75f, h, 1, sg, 2, h.length - 1);
        for (int j = 1; j < h.length; j++) {
          assertThat((double) sg[j + 1]).isCloseTo(surrogate.derivative(h[j] - 0.75), within(2e-5));
        }
      }
    }
  }
}
