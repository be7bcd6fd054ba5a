package io.qkformer.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedRatioTest {

  /** 1, 2, .. n in another order: the interval's ends are ranks, which tables of the sign test have. */
  @ParameterizedTest
  @CsvSource({"6, 1, 6", "8, 1, 8", "9, 2, 8", "10, 2, 9", "20, 6, 15", "25, 8, 18", "50, 18, 33", "100, 40, 61"})
  void theIntervalIsThatOfTheSignTest(int n, int low, int high) {
    List<Double> ratios = new ArrayList<>(IntStream.rangeClosed(1, n).mapToObj(i -> (double) i).toList());
    Collections.reverse(ratios);
    PairedRatio ratio = PairedRatio.of(ratios);
    assertThat(ratio).isEqualTo(new PairedRatio(n, (n + 1) / 2.0, low, high));
  }

  /** What else the machine does now and then moves neither the median nor the interval. */
  @Test
  void someStepsThatWereInterruptedDoNotMoveIt() {
    Random random = new Random(5);
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      ratios.add(i % 20 == 0 ? 3.0 : 1 + 0.02 * random.nextGaussian());
    }
    PairedRatio ratio = PairedRatio.of(ratios);
    assertThat(ratio.median()).isCloseTo(1, within(0.005));
    assertThat(ratio.low()).isLessThan(ratio.median()).isGreaterThan(0.995);
    assertThat(ratio.high()).isGreaterThan(ratio.median()).isLessThan(1.007);
    assertThat(ratio.toJson()).startsWith("{\"ratio\": 1.0").endsWith("\"rounds\": 1000}");
  }

  @Test
  void fewRatiosHaveNoInterval() {
    assertThatThrownBy(() -> PairedRatio.of(List.of(1.0, 1.0, 1.0, 1.0, 1.0)))
        .hasMessage("ratios: expected at least 6, got 5; measure for a longer time");
  }
}
