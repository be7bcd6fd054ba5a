package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {

  private static final TimmCosine CIFAR = new TimmCosine(1e-3, 400, 20, 1e-5, 1e-5, 10);

  /** The values that the reference logged (reference-facts 3.2). */
  @Test
  void timmCosineGivesTheLoggedRates() {
    assertThat(CIFAR.at(0)).isEqualTo(1e-5);
    assertThat(CIFAR.at(19)).isCloseTo(9.505e-4, within(5e-8));
    assertThat(CIFAR.at(20)).isCloseTo(9.939e-4, within(5e-8));
    assertThat(CIFAR.at(21)).isCloseTo(9.933e-4, within(5e-8));
    TimmCosine events = new TimmCosine(5e-3, 96, 10, 1e-5, 1e-5, 10);
    assertThat(events.at(9)).isCloseTo(4.501e-3, within(5e-7));
    assertThat(events.at(10)).isCloseTo(4.868e-3, within(5e-7));
  }

  @Test
  void timmCosineEndsWithCooldownEpochsAtTheMinimum() {
    assertThat(CIFAR.totalEpochs()).isEqualTo(410);
    assertThat(CIFAR.at(399)).isGreaterThan(1e-5);
    assertThat(CIFAR.at(400)).isEqualTo(1e-5);
    assertThat(CIFAR.at(409)).isEqualTo(1e-5);
  }

  @Test
  void halfCosineRisesToThePeakAndFallsToTheMinimum() {
    HalfCosine schedule = new HalfCosine(1.2e-3, 200, 5, 1e-6);
    assertThat(schedule.at(0)).isZero();
    assertThat(schedule.at(2.5)).isCloseTo(0.6e-3, within(1e-15));
    assertThat(schedule.at(5)).isCloseTo(1.2e-3, within(1e-15));
    assertThat(schedule.at(102.5)).isCloseTo((1.2e-3 + 1e-6) / 2, within(1e-15));
    assertThat(schedule.at(200)).isEqualTo(1e-6);
    assertThat(schedule.at(250)).as("does not rise again").isEqualTo(1e-6);
  }

  @Test
  void warmupMayBeAbsentOrAll() {
    assertThat(new TimmCosine(1e-3, 10, 0, 0, 0, 0).at(0)).isEqualTo(1e-3);
    assertThat(new HalfCosine(1e-3, 10, 0, 0).at(0)).isEqualTo(1e-3);
    assertThat(new HalfCosine(1e-3, 10, 10, 1e-4).at(10)).isEqualTo(1e-4);
  }

  @Test
  void constantStays() {
    LearningRateSchedule schedule = new ConstantRate(0.01);
    assertThat(schedule.at(0)).isEqualTo(0.01);
    assertThat(schedule.at(1234.5)).isEqualTo(0.01);
  }

  @Test
  void badFieldsAreNamed() {
    assertThatThrownBy(() -> new TimmCosine(-1, 400, 20, 1e-5, 1e-5, 10)).hasMessageContaining("rate")
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> new TimmCosine(1e-3, 0, 0, 1e-5, 1e-5, 10))
        .hasMessageContaining("epochs must be at least 1");
    assertThatThrownBy(() -> new TimmCosine(1e-3, 10, 11, 1e-5, 1e-5, 10))
        .hasMessageContaining("warmupEpochs")
        .hasMessageContaining("11");
    assertThatThrownBy(() -> new TimmCosine(1e-3, 10, 1, 1e-5, 1e-2, 10))
        .hasMessage("minRate must be at most rate = 0.001, got 0.01");
    assertThatThrownBy(() -> new TimmCosine(1e-3, 10, 1, 1e-5, 1e-5, -1))
        .hasMessageContaining("cooldownEpochs");
    assertThatThrownBy(() -> new HalfCosine(Double.NaN, 10, 1, 1e-5)).hasMessageContaining("rate")
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> new ConstantRate(Double.POSITIVE_INFINITY)).hasMessageContaining("Infinity");
    for (LearningRateSchedule schedule : new LearningRateSchedule[] {CIFAR, new HalfCosine(1, 2, 1, 0),
        new ConstantRate(1)}) {
      assertThatThrownBy(() -> schedule.at(-1)).isInstanceOf(IllegalArgumentException.class)
          .hasMessage("epoch must be at least 0 and finite, got -1.0");
      assertThatThrownBy(() -> schedule.at(Double.NaN)).hasMessageContaining("NaN");
    }
  }
}
