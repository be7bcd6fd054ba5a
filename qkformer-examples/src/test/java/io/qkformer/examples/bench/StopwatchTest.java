package io.qkformer.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.report.ProcessMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopwatchTest {

  @TempDir
  private Path folder;
  private Path status;
  private long nanos;
  private long compiled;
  private int steps;
  private Stopwatch watch;

  @BeforeEach
  void makeWatch() throws IOException {
    status = Files.writeString(folder.resolve("status"), "Name:\tjava\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\n");
    watch = new Stopwatch(() -> nanos, () -> compiled, new ProcessMemory(status));
  }

  /** A step that takes so many milliseconds of a clock that only steps move. */
  private Runnable taking(IntToDoubleFunction millis) {
    return () -> nanos += (long) (1e6 * millis.applyAsDouble(++steps));
  }

  private static Stopwatch.Budget budget(double warmUp, double seconds) {
    return new Stopwatch.Budget(warmUp, seconds, 30);
  }

  @Test
  void warmsUpForThreeStepsAndTimesFiveHoweverLongTheyAre() {
    Timing timing = watch.within(budget(10, 10), taking(step -> 60_000));

    assertThat(timing.millis()).hasSize(5).containsOnly(60_000);
    assertThat(timing.warmUpSeconds()).isEqualTo(180);
  }

  @Test
  void warmsUpForItsTimeAndUntilStepsAgree() {
    assertThat(watch.within(budget(10, 1), taking(step -> 100)).warmUpSeconds()).isEqualTo(10);
    steps = 0;
    assertThat(watch.within(budget(10, 1), taking(step -> 2000 * Math.pow(0.9, Math.min(step, 15)))).warmUpSeconds())
        .isBetween(15.0, 20.0);
  }

  @Test
  void warmsUpForThreeTimesAsLongAtMost() {
    assertThat(watch.within(budget(10, 1), taking(step -> step % 2 == 0 ? 100 : 200)).warmUpSeconds())
        .isBetween(30.0, 30.2);
  }

  @Test
  void warmsUpUntilTheCompilerIsQuiet() {
    Runnable step = taking(count -> 100);
    Timing timing = watch.within(budget(10, 1), () -> {
      step.run();
      // 4 % of the time for the first 12 seconds, 3 % thereafter
      compiled += steps <= 120 ? 4 : 3;
    });
    // until the two seconds have 3 %
    assertThat(timing.warmUpSeconds()).isEqualTo(14);
  }

  @Test
  void waitsForABusyCompilerForThreeTimesAsLongAtMost() {
    Runnable step = taking(count -> 100);
    assertThat(watch.within(budget(10, 1), () -> {
      step.run();
      compiled += 50;
    }).warmUpSeconds()).isEqualTo(30);
  }

  @Test
  void looksAtOneStepThatTakesLongerThanTwoSeconds() {
    Runnable step = taking(count -> 4000);
    Timing timing = watch.within(budget(10, 1), () -> {
      step.run();
      compiled += steps <= 4 ? 400 : 100;
    });
    assertThat(timing.warmUpSeconds()).isEqualTo(20);
  }

  @Test
  void readsTheClocksOfThisJvm() {
    Timing timing = Stopwatch.own().within(budget(0, 0), () -> {
      long until = System.nanoTime() + 1_000_000;
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
    });
    assertThat(timing.millis()).hasSize(5);
    assertThat(timing.quantile(0)).isBetween(1.0, 1000.0);
  }

  @Test
  void timesWithinItsBudgetAndItsNumberOfRuns() {
    assertThat(watch.within(budget(0, 1), taking(step -> 100)).millis()).hasSize(10);
    assertThat(watch.within(budget(0, 1000), taking(step -> 100)).millis()).hasSize(30);
  }

  @Test
  void runsSoManyStepsAndLooksAtMemoryAfterTheTenth() {
    Timing timing = watch.steps(15, () -> {
      taking(step -> step).run();
      if (steps == 11) {
        write("VmRSS:\t  204800 kB\n");
      }
    });

    assertThat(steps).isEqualTo(15);
    assertThat(timing.millis()).containsExactly(11, 12, 13, 14, 15);
    assertThat(timing.residentEarly()).hasValue(100);
    assertThat(timing.residentEnd()).hasValue(200);
  }

  private void write(String text) {
    try {
      Files.writeString(status, text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void readsPeakAndResidentMemoryWhereThereIsAny() {
    ProcessMemory memory = new ProcessMemory(status);
    assertThat(memory.peakMb()).hasValue(200);
    assertThat(memory.residentMb()).hasValue(100);
    assertThat(new ProcessMemory(folder.resolve("none")).peakMb()).isEmpty();
  }

  @Test
  void takesTheMedianOfOddAndEvenNumbers() {
    assertThat(timing(3, 1, 2).median()).isEqualTo(2);
    assertThat(timing(4, 1, 3, 2).median()).isEqualTo(2.5);
    assertThat(timing(4, 1, 3, 2).quantile(0)).isEqualTo(1);
    assertThat(timing(4, 1, 3, 2).quantile(0.5)).isEqualTo(2);
    assertThat(timing(4, 1, 3, 2).quantile(1)).isEqualTo(4);
  }

  private static Timing timing(double... millis) {
    return new Timing(millis, 0, OptionalDouble.empty(), OptionalDouble.empty());
  }

  @Test
  void refusesTooFewRuns() {
    assertThatThrownBy(() -> watch.steps(14, () -> { })).hasMessageContaining("at least 15").hasMessageContaining("14");
    assertThatThrownBy(() -> new Stopwatch.Budget(0, 1, 4)).hasMessageContaining("at least 5");
    assertThatThrownBy(() -> new Stopwatch.Budget(-1, 1, 30)).hasMessageContaining("-1");
  }
}
