package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.train.optimize.Warmup.Placement;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The settings of timm's schedules beyond those that the reference's recipes use. */
class TimmScheduleTest {

  private static TimmCosine cycles(double multiplier, double decay, int limit) {
    return new TimmCosine(1, 10, Warmup.NONE, 0.01, 0, new CosineCycles(multiplier, decay, limit), 1);
  }

  @Test
  void eachCycleStartsAtItsOwnPeakAndTheRestStaysAtTheMinimum() {
    TimmCosine schedule = cycles(1, 0.5, 3);

    assertThat(schedule.at(0)).isEqualTo(1);
    assertThat(schedule.at(5)).isCloseTo((1 + 0.01) / 2, within(1e-15));
    assertThat(schedule.at(10)).isEqualTo(0.5);
    assertThat(schedule.at(20)).isEqualTo(0.25);
    assertThat(schedule.at(30)).isEqualTo(0.01);
    assertThat(schedule.at(1000)).isEqualTo(0.01);
    assertThat(schedule.totalEpochs()).isEqualTo(30);
  }

  @Test
  void cyclesMayGrow() {
    TimmCosine schedule = cycles(2, 0.5, 3);

    assertThat(schedule.at(10)).as("second cycle, 20 long").isEqualTo(0.5);
    assertThat(schedule.at(20)).isCloseTo((0.5 + 0.01) / 2, within(1e-15));
    assertThat(schedule.at(30)).as("third cycle, 40 long").isEqualTo(0.25);
    assertThat(schedule.at(70)).isEqualTo(0.01);
    assertThat(schedule.totalEpochs()).isEqualTo(70);
  }

  /** log(243) / log(3) is 4.999..., so that timm ends the fifth cycle an epoch late; so do we. */
  @Test
  void bordersOfCyclesAreRoundedAsTimmDoes() {
    TimmCosine schedule = new TimmCosine(1, 1, Warmup.NONE, 0, 0, new CosineCycles(3, 1, 9), 1);

    assertThat(schedule.at(40)).as("border of cycles 3 and 4").isEqualTo(1);
    assertThat(schedule.at(121)).as("border of cycles 4 and 5").isEqualTo(0);
    assertThat(schedule.at(122)).isGreaterThan(0.99);
  }

  @Test
  void cyclesThatShrinkEndAtTheMinimum() {
    TimmCosine schedule = cycles(0.5, 1, 100);

    assertThat(schedule.at(12)).isBetween(0.01, 1.0);
    assertThat(schedule.at(20)).isEqualTo(0.01);
    assertThat(schedule.at(500)).isEqualTo(0.01);
  }

  @Test
  void warmupThatIsPrefixShiftsTheCosineAndReachesThePeak() {
    TimmCosine prefix = new TimmCosine(1, 10, new Warmup(4, 0.2, Placement.PREFIX), 0, 3, CosineCycles.ONE, 1);

    assertThat(prefix.at(0)).isEqualTo(0.2);
    assertThat(prefix.at(2)).isCloseTo(0.6, within(1e-15));
    assertThat(prefix.at(4)).isEqualTo(1);
    assertThat(prefix.at(9)).isCloseTo(0.5, within(1e-15));
    assertThat(prefix.at(14)).isZero();
    assertThat(prefix.totalEpochs()).isEqualTo(17);
  }

  @Test
  void kDecayKeepsTheRateUpLonger() {
    TimmCosine two = new TimmCosine(1, 10, Warmup.NONE, 0, 0, CosineCycles.ONE, 2);

    assertThat(two.at(0)).isEqualTo(1);
    assertThat(two.at(5)).isCloseTo(0.5 * (1 + Math.cos(Math.PI / 4)), within(1e-15));
  }

  @Test
  void stepsFallAtTheirBordersWithAndWithoutPrefix() {
    StepDecay inside = new StepDecay(0.8, 10, 0.5, new Warmup(4, 0, Placement.INSIDE));
    StepDecay prefix = new StepDecay(0.8, 10, 0.5, new Warmup(4, 0, Placement.PREFIX));

    assertThat(inside.at(2)).isCloseTo(0.4, within(1e-15));
    assertThat(inside.at(9)).isEqualTo(0.8);
    assertThat(inside.at(10)).isEqualTo(0.4);
    assertThat(prefix.at(13)).isEqualTo(0.8);
    assertThat(prefix.at(14)).isEqualTo(0.4);
    assertThat(prefix.at(34)).isEqualTo(0.1);
  }

  @Property(tries = 200)
  void timeInUpdatesAndInEpochsGiveTheSameRates(@ForAll @IntRange(min = 1, max = 50) int perEpoch,
      @ForAll @IntRange(min = 0, max = 1000) int update, @ForAll @DoubleRange(min = 0.5, max = 3) double k) {
    Warmup warmup = new Warmup(3, 0.1, Placement.PREFIX);
    TimmCosine epochs = new TimmCosine(1, 20, warmup, 0.01, 0, CosineCycles.ONE, k);
    TimmCosine updates = new TimmCosine(1, 20 * perEpoch, new Warmup(3 * perEpoch, 0.1, Placement.PREFIX), 0.01, 0,
        CosineCycles.ONE, k);

    assertThat(epochs.at((double) update / perEpoch)).isCloseTo(updates.at(update), within(1e-6));
  }

  @Test
  void badFieldsAreNamed() {
    assertThatThrownBy(() -> new Warmup(-1, 0, Placement.INSIDE)).hasMessage("warmupEpochs must be at least 0, got -1");
    assertThatThrownBy(() -> new Warmup(1, Double.NaN, Placement.INSIDE)).hasMessageContaining("warmupRate");
    assertThatThrownBy(() -> new Warmup(1, 0, null)).hasMessageContaining("placement");
    assertThatThrownBy(() -> new CosineCycles(0, 1, 1)).hasMessageContaining("multiplier").hasMessageContaining("0.0");
    assertThatThrownBy(() -> new CosineCycles(1, -1, 1)).hasMessageContaining("cycle decay");
    assertThatThrownBy(() -> new CosineCycles(1, 1, 0)).hasMessage("cycle limit must be at least 1, got 0");
    assertThatThrownBy(() -> new TimmCosine(1, 10, Warmup.NONE, 0, 0, CosineCycles.ONE, 0))
        .hasMessage("kDecay must be above 0 and finite, got 0.0");
    assertThatThrownBy(() -> new StepDecay(1, 0, 0.1, Warmup.NONE)).hasMessageContaining("decayEpochs");
    assertThatThrownBy(() -> new StepDecay(1, 1, -0.1, Warmup.NONE)).hasMessageContaining("decayRate");
    assertThatThrownBy(() -> new StepDecay(1, 1, 0.1, Warmup.NONE).at(-1)).hasMessageContaining("-1");
  }
}
