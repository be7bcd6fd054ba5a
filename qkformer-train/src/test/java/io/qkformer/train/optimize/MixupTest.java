package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.tensor.RandomStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Mixup in {@link MixMode#BATCH}, from its draws to the mixed samples. */
class MixupTest {

  private static INDArray map(long... shape) {
    return Nd4j.arange(Arrays.stream(shape).reduce(1, (a, b) -> a * b)).castTo(DataType.FLOAT)
        .reshape('c', shape);
  }

  private static INDArray sample(INDArray x, long t, long b) {
    return x.get(NDArrayIndex.point(t), NDArrayIndex.point(b), NDArrayIndex.all(), NDArrayIndex.all(),
        NDArrayIndex.all()).dup();
  }

  private static void mix(INDArray x, double lambda) {
    int batch = x.rank() == 5 ? (int) x.size(1) : 1;
    new MixingPlan(Collections.nCopies(batch, MixingPlan.Sample.mixup(lambda))).applyTo(x);
  }

  private static double lambda(double alpha, double probability, long seed, long step) {
    return new BatchMixing(MixingConfig.defaults().with(alpha, 0, probability), seed).plan(0, step, 2, 1, 1).samples()
        .get(0).own();
  }

  @Test
  void mixesEachSampleWithItsMirrorImageInTheBatchAtEachStep() {
    INDArray x = map(2, 4, 3, 5, 2);
    INDArray before = x.dup();
    mix(x, 0.75);

    for (int t = 0; t < 2; t++) {
      for (int b = 0; b < 4; b++) {
        INDArray expected = sample(before, t, b).mul(0.75).add(sample(before, t, 3 - b).mul(0.25));
        assertThat(sample(x, t, b)).isEqualTo(expected);
      }
    }
  }

  @Test
  void samplesLargerThanATileAreMixedWhole() {
    INDArray x = map(1, 2, 64, 65, 3);
    INDArray before = x.dup();
    mix(x, 0.5);

    INDArray mean = sample(before, 0, 0).add(sample(before, 0, 1)).mul(0.5);
    assertThat(sample(x, 0, 0)).isEqualTo(mean);
    assertThat(sample(x, 0, 1)).isEqualTo(mean);
  }

  @Test
  void middleOfAnOddBatchStays() {
    INDArray x = map(1, 3, 2, 2, 1);
    INDArray before = x.dup();
    mix(x, 0.25);

    assertThat(sample(x, 0, 1)).isEqualTo(sample(before, 0, 1));
    assertThat(sample(x, 0, 0)).isNotEqualTo(sample(before, 0, 0));
  }

  @Test
  void shareOneIsTheIdentityAndShareZeroTheReverse() {
    INDArray x = map(1, 2, 2, 2, 1);
    INDArray before = x.dup();
    mix(x, 1);
    assertThat(x).isEqualTo(before);
    mix(x, 0);
    assertThat(sample(x, 0, 0)).isEqualTo(sample(before, 0, 1));
    assertThat(sample(x, 0, 1)).isEqualTo(sample(before, 0, 0));
  }

  /**
   * Beta(a, a) has mean 1/2 and variance 1 / (4 (2a + 1)); the bounds are over 5 standard errors of 20,000
   * draws.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.2, 0.5, 1, 3})
  void lambdaHasTheMomentsOfTheBetaDistribution(double alpha) {
    double[] draws = LongStream.range(0, 20_000).mapToDouble(step -> lambda(alpha, 1, 7, step)).toArray();
    double mean = Arrays.stream(draws).average().orElseThrow();
    double variance = Arrays.stream(draws).map(d -> (d - mean) * (d - mean)).average().orElseThrow();

    assertThat(Arrays.stream(draws).boxed()).allMatch(d -> d >= 0 && d <= 1);
    assertThat(mean).isCloseTo(0.5, within(0.02));
    assertThat(variance).isCloseTo(1 / (4 * (2 * alpha + 1)), within(0.004));
  }

  /** Of Beta(1/2, 1/2), the arcsine law: P(lambda below x) = 2 / pi * asin(sqrt(x)). */
  @Test
  void recipesLambdaFollowsTheArcsineLaw() {
    double[] draws = LongStream.range(0, 20_000).mapToDouble(step -> lambda(0.5, 1, 3, step)).toArray();
    for (double x : new double[] {0.05, 0.2, 0.5, 0.9}) {
      double share = Arrays.stream(draws).filter(d -> d < x).count() / 20_000.0;
      assertThat(share).isCloseTo(2 / Math.PI * Math.asin(Math.sqrt(x)), within(0.018));
    }
  }

  @Test
  void unequalShapesGiveTheirMean() {
    double sum = 0;
    for (int i = 0; i < 20_000; i++) {
      sum += BetaDistribution.draw(0.5, 1.5, RandomStream.of(1, "unequal", i));
    }
    assertThat(sum / 20_000).isCloseTo(0.25, within(0.01));
  }

  @Test
  void tinyAlphaStillGivesNumbers() {
    assertThat(LongStream.range(0, 500).mapToDouble(step -> lambda(1e-3, 1, 1, step)).boxed())
        .allMatch(d -> d >= 0 && d <= 1).anyMatch(d -> d < 1e-6).anyMatch(d -> d > 1 - 1e-6);
  }

  @Test
  void lambdaDependsOnSeedAndStepAlone() {
    assertThat(lambda(0.5, 1, 1, 5)).isEqualTo(lambda(0.5, 1, 1, 5)).isNotEqualTo(lambda(0.5, 1, 1, 6))
        .isNotEqualTo(lambda(0.5, 1, 2, 5));
  }

  @Test
  void probabilityIsTheShareOfMixedBatches() {
    long mixed = LongStream.range(0, 4000).filter(step -> lambda(0.5, 0.5, 1, step) < 1).count();

    assertThat(mixed).isBetween(1840L, 2160L);
    assertThat(LongStream.range(0, 100).mapToDouble(step -> lambda(0.5, 0, 1, step)).toArray())
        .containsOnly(1);
  }

  @Test
  void badInputIsNamed() {
    for (double alpha : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> lambda(alpha, 1, 0, 0)).isInstanceOf(IllegalArgumentException.class)
          .hasMessage("mixup must be at least 0 and finite, got " + alpha);
    }
    assertThatThrownBy(() -> lambda(1, 1.5, 0, 0)).hasMessage("mixupProb must be in [0, 1], got 1.5");
    assertThatThrownBy(() -> mix(map(1, 2, 2, 2, 1), Double.NaN)).hasMessageContaining("lambda");
    assertThatThrownBy(() -> mix(map(2, 2, 2, 1), 0.5)).hasMessageContaining("[T0, B, H, W, C]");
    assertThatThrownBy(() -> mix(map(1, 2, 2, 2, 1).castTo(DataType.DOUBLE), 0.5))
        .hasMessageContaining("DOUBLE");
  }
}
