package io.qkformer.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class StochasticDepthTest {

  private static final INDArray ONES = TestMaps.spikes(1, 1, 2, 64, 2, 2, 3);

  /** The identity, as a branch that allocates its output. */
  private static final Layer COPY = (x, pass) -> new Output(copy(x, pass), gradient -> copy(gradient, pass));

  private static INDArray copy(INDArray x, Pass pass) {
    return pass.allocate(x.shape()).assign(x);
  }

  private static float[] run(double rate, String name, long seed, long step, Mode mode) {
    try (Pass pass = Pass.of(mode, Engines.PORTABLE, 2).withRandomness(seed, step)) {
      return TestMaps.floats(new StochasticDepth(COPY, rate, name).forward(ONES, pass).value());
    }
  }

  @Test
  void rateZeroAndEvaluationAreTheBranch() {
    assertThat(run(0, "a", 1, 1, Mode.TRAINING)).containsOnly(1f);
    assertThat(run(0.9, "a", 1, 1, Mode.EVALUATION)).containsOnly(1f);
  }

  @Test
  void aSampleIsSkippedAsAWholeOrScaledUp() {
    float[] y = run(0.4, "a", 1, 1, Mode.TRAINING);
    int frame = 12;
    int skipped = 0;
    for (int b = 0; b < 64; b++) {
      float factor = y[b * frame];
      assertThat(factor).isIn(0f, (float) (1 / 0.6));
      skipped += factor == 0 ? 1 : 0;
      for (int t = 0; t < 2; t++) {
        for (int i = 0; i < frame; i++) {
          assertThat(y[(t * 64 + b) * frame + i]).isEqualTo(factor);
        }
      }
    }
    assertThat(skipped).isBetween(10, 45);
  }

  @Test
  void theExpectationIsTheBranch() {
    double sum = 0;
    for (int step = 0; step < 100; step++) {
      for (float value : run(0.3, "a", 5, step, Mode.TRAINING)) {
        sum += value;
      }
    }
    // 6400 draws: the mean's deviation is sqrt(0.3 / 0.7 / 6400) = 0.008
    assertThat(sum / (100 * ONES.length())).isCloseTo(1, within(0.03));
  }

  @Test
  void drawsDependOnSeedStepAndNameAlone() {
    float[] y = run(0.5, "a", 1, 1, Mode.TRAINING);
    assertThat(run(0.5, "a", 1, 1, Mode.TRAINING)).isEqualTo(y);
    assertThat(run(0.5, "a", 2, 1, Mode.TRAINING)).isNotEqualTo(y);
    assertThat(run(0.5, "a", 1, 2, Mode.TRAINING)).isNotEqualTo(y);
    assertThat(run(0.5, "b", 1, 1, Mode.TRAINING)).isNotEqualTo(y);
  }

  @Test
  void theGradientTakesTheSameFactors() {
    try (Pass pass = Pass.training(Engines.PORTABLE, 2).withRandomness(3, 4)) {
      Output output = new StochasticDepth(COPY, 0.5, "a").forward(ONES, pass);
      INDArray dx = output.backward().apply(ONES);
      assertThat(TestMaps.floats(dx)).isEqualTo(TestMaps.floats(output.value()));
      pass.release(dx);
      pass.release(output.value());
      assertThat(pass.heldBytes()).isZero();
    }
  }

  @Test
  void aRateOfOneIsRefused() {
    assertThatThrownBy(() -> new StochasticDepth(COPY, 1, "stage1.0.tssa"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rate must be in [0, 1), got 1.0").hasMessageContaining("stage1.0.tssa");
    assertThatThrownBy(() -> new StochasticDepth(COPY, Double.NaN, "a")).hasMessageContaining("NaN");
  }
}
