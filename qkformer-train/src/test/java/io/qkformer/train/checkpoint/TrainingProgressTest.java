package io.qkformer.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TrainingProgressTest {

  private static EpochSums sums(double lossSum, double rateSum) {
    return new EpochSums(lossSum, 3, 1, 2, rateSum, 1, 5);
  }

  @Property(tries = 500)
  void everyDoubleSurvivesToTheBit(@ForAll long lossBits, @ForAll long rateBits, @ForAll long seed,
      @ForAll @LongRange(min = 1) long steps, @ForAll @IntRange int epoch, @ForAll String text) {
    double loss = Double.longBitsToDouble(lossBits);
    double rate = Double.longBitsToDouble(rateBits);
    if (!Double.isFinite(loss) || !Double.isFinite(rate)
        || !text.codePoints().allMatch(c -> c < 0xd800 || c > 0xdfff)) {
      return;
    }
    TrainingProgress progress = new TrainingProgress(epoch, 1, steps, steps, sums(loss, rate), seed,
        Map.of(text, text + "\u0000\ud83d\ude00"));
    TrainingProgress read = ProgressJson.read(ProgressJson.write(progress));

    assertThat(read).isEqualTo(progress);
    assertThat(Double.doubleToRawLongBits(read.sums().lossSum())).isEqualTo(lossBits);
    assertThat(Double.doubleToRawLongBits(read.sums().rateSum())).isEqualTo(rateBits);
  }

  @Test
  void extremeDoublesSurvive() {
    for (double value : new double[] {-0.0, Double.MIN_VALUE, Double.MAX_VALUE, 2.0E-3, 1.0 / 3,
        2.2250738585072014E-308, 9007199254740993.0}) {
      TrainingProgress progress = new TrainingProgress(0, 0, 1, 1, sums(value, -value), 0, Map.of());
      EpochSums read = ProgressJson.read(ProgressJson.write(progress)).sums();
      assertThat(Double.doubleToRawLongBits(read.lossSum())).isEqualTo(Double.doubleToRawLongBits(value));
      assertThat(Double.doubleToRawLongBits(read.rateSum())).isEqualTo(Double.doubleToRawLongBits(-value));
    }
  }

  @Test
  void startIsAtZero() {
    TrainingProgress start = TrainingProgress.start(7);
    assertThat(start.sums()).isEqualTo(EpochSums.ZERO);
    assertThat(start.seed()).isEqualTo(7);
    assertThat(ProgressJson.read(ProgressJson.write(start))).isEqualTo(start);
  }

  @Test
  void badValuesAreNamed() {
    assertThatThrownBy(() -> sums(Double.NaN, 0)).hasMessage("lossSum must be finite, got NaN");
    assertThatThrownBy(() -> sums(0, Double.POSITIVE_INFINITY)).hasMessage("rateSum must be finite, got Infinity");
    assertThatThrownBy(() -> new EpochSums(0, -1, 0, 0, 0, 0, 0)).hasMessage("samples must be at least 0, got -1");
    assertThatThrownBy(() -> new EpochSums(0, 3, 2, 1, 0, 0, 0)).hasMessageContaining("top1 <= top5 <= samples");
    assertThatThrownBy(() -> new EpochSums(0, 3, 2, 4, 0, 0, 0)).hasMessageContaining("got 2, 4, 3");
    assertThatThrownBy(() -> new EpochSums(0, 0, 0, 0, 0, -1, 0)).hasMessageContaining("steps");
    assertThatThrownBy(() -> new EpochSums(0, 0, 0, 0, 0, 0, -1)).hasMessageContaining("nanos");
    assertThatThrownBy(() -> progress(-1, 0, 0, 1, Map.of())).hasMessage("epoch must be at least 0, got -1");
    assertThatThrownBy(() -> progress(0, -1, 0, 1, Map.of())).hasMessageContaining("microBatchInEpoch");
    assertThatThrownBy(() -> progress(0, 2, 1, 1, Map.of())).hasMessage("microBatches must be at least 2, got 1");
    assertThatThrownBy(() -> progress(0, 0, 0, 0, Map.of())).hasMessage("steps must be at least 1, got 0");
    assertThatThrownBy(() -> progress(0, 0, 0, 1, Map.of("a", "\ud800"))).hasMessageContaining("more.a must be text");
    Map<String, String> nothing = new HashMap<>();
    nothing.put("b", null);
    assertThatThrownBy(() -> progress(0, 0, 0, 1, nothing)).hasMessage("more.b must be text, got null");
  }

  private static TrainingProgress progress(int epoch, int inEpoch, long all, long steps, Map<String, String> more) {
    return new TrainingProgress(epoch, inEpoch, all, steps, sums(0, 0), 0, more);
  }
}
