package io.qkformer.train.event.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import java.util.Arrays;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** One pixel whose logarithm changes linearly: number, times and polarity of its events follow from the formula. */
class PixelTest {
  private static final SensorSize ONE = new SensorSize(1, 1);
  private static final long SECOND = 1_000_000;

  private static EventCamera camera(PixelModel model) {
    return new EventCamera(ONE, model, 1);
  }

  @Test
  void aRisingLogarithmGivesAnEventAtEachMultipleOfTheThreshold() {
    Events events = camera(PixelModel.IDEAL).record(Drawn.pixel(new long[] {0, SECOND}, 0, 1.0625f), 0);

    // 0.2 k / 1.0625 s
    assertThat(times(events)).containsExactly(188_235, 376_470, 564_705, 752_941, 941_176);
    assertThat(polarities(events)).containsOnly(1);
  }

  @Property(tries = 200)
  void theirNumberGrowsWithContrastAndFallsWithTheThreshold(@ForAll @DoubleRange(min = -4, max = 4) double contrast,
      @ForAll @DoubleRange(min = 0.02, max = 0.6) double on, @ForAll @DoubleRange(min = 0.02, max = 0.6) double off,
      @ForAll @IntRange(min = 1, max = 9) int frames) {
    float delta = (float) contrast;
    double threshold = delta > 0 ? on : off;
    double steps = Math.abs(delta) / threshold;
    // whether the last one is reached is then a question of rounding
    Assume.that(Math.abs(steps - Math.rint(steps)) > 1e-4);
    long[] times = new long[frames + 1];
    float[] values = new float[frames + 1];
    for (int i = 0; i <= frames; i++) {
      times[i] = 700 + SECOND * i * i / (frames * frames);
      values[i] = delta * (times[i] - 700) / SECOND;
    }

    Events events = camera(PixelModel.IDEAL.withThresholds(on, off)).record(Drawn.pixel(times, values), 0);

    assertThat(events.size()).isEqualTo((int) steps);
    for (int k = 0; k < events.size(); k++) {
      assertThat((double) events.t(k)).isCloseTo(700 + (k + 1) / steps * SECOND, within(3.0));
      assertThat(events.p(k)).isEqualTo(delta > 0 ? 1 : 0);
    }
  }

  @Test
  void thresholdsOfRiseAndFallAreSeparate() {
    Drawn triangle = Drawn.pixel(new long[] {0, SECOND, 2 * SECOND}, 0, 1.01f, 0);
    Events events = camera(PixelModel.IDEAL.withThresholds(0.1, 0.3)).record(triangle, 0);

    // up to 1.0 in ten steps; from there 0.3 below at 0.7, 0.4, 0.1
    assertThat(polarities(events)).containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0);
    assertThat((double) events.t(10)).isCloseTo(SECOND + 0.31 / 1.01 * SECOND, within(2.0));
  }

  @Test
  void aPixelRemembersWhatItHasSeenSinceItsLastEvent() {
    Drawn inParts = Drawn.pixel(new long[] {0, 100, 200, 300, 400}, 0, 0.15f, 0, 0.15f, 0.26f);

    Events events = camera(PixelModel.IDEAL).record(inParts, 0);

    assertThat(times(events)).containsExactly(345);
  }

  @Test
  void theRefractoryTimeComesOnTopOfEachInterval() {
    PixelModel model = PixelModel.IDEAL.withRefractory(10_000);
    Events events = camera(model).record(Drawn.pixel(new long[] {0, SECOND / 2, SECOND}, 0, 1, 2), 0);

    // an event every 0.2 / 2 s + 10 ms, after the first
    assertThat(events.size()).isEqualTo(9);
    for (int k = 0; k < 9; k++) {
      assertThat((double) events.t(k)).isCloseTo(100_000 + 110_000 * k, within(1.01));
    }
  }

  @Test
  void aStepWithinTheRefractoryTimeIsNotSeen() {
    PixelModel model = PixelModel.IDEAL.withRefractory(1000);
    Events events = camera(model).record(Drawn.pixel(new long[] {0, 10, 20, 5000}, 0, 0.21f, 3, 3), 0);

    assertThat(times(events)).containsExactly(9);
  }

  @Test
  void noTwoEventsOfAPixelAreCloserThanTheRefractoryTime() {
    SensorSize size = new SensorSize(16, 16);
    PixelModel model = PixelModel.V2E.withRefractory(700).withNoise(new PixelNoise(50, 300, 0.1, 900));
    long[] times = new long[400];
    for (int i = 0; i < times.length; i++) {
      times[i] = 531L * i;
    }
    Drawn flicker = new Drawn(size, times, i -> {
      float[] picture = new float[256];
      for (int p = 0; p < 256; p++) {
        picture[p] = (float) Math.sin(0.7 * i + p);
      }
      return picture;
    });
    Events events = new EventCamera(size, model, 3).record(flicker, 0);
    long[] last = new long[256];
    Arrays.fill(last, Long.MIN_VALUE / 2);

    assertThat(events.size()).isGreaterThan(10_000);
    for (int i = 0; i < events.size(); i++) {
      int pixel = events.y(i) * 16 + events.x(i);
      // times are cut to whole microseconds
      assertThat(events.t(i) - last[pixel]).isGreaterThanOrEqualTo(699);
      assertThat(i == 0 || events.t(i) >= events.t(i - 1)).isTrue();
      last[pixel] = events.t(i);
    }
  }

  private static long[] times(Events events) {
    long[] times = new long[events.size()];
    for (int i = 0; i < times.length; i++) {
      times[i] = events.t(i);
    }
    return times;
  }

  private static int[] polarities(Events events) {
    int[] polarities = new int[events.size()];
    for (int i = 0; i < polarities.length; i++) {
      polarities[i] = events.p(i);
    }
    return polarities;
  }
}
