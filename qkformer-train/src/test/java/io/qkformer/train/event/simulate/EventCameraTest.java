package io.qkformer.train.event.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.train.data.Image;
import io.qkformer.train.data.ShapesDataset;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.EventsBuilder;
import io.qkformer.train.event.SensorSize;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The pixels of a camera together: mismatch, noise, determinism, and what is refused. */
class EventCameraTest {
  private static final SensorSize SIZE = new SensorSize(64, 64);
  private static final int PIXELS = 64 * 64;
  private static final long SECOND = 1_000_000;

  private static EventCamera camera(PixelNoise noise) {
    return new EventCamera(SIZE, PixelModel.IDEAL.withNoise(noise), 5);
  }

  private static double mean(EventCamera camera, DoubleUnaryOperator value, boolean on) {
    double sum = 0;
    for (int i = 0; i < PIXELS; i++) {
      sum += value.applyAsDouble(on ? camera.onThreshold(i % 64, i / 64) : camera.offThreshold(i % 64, i / 64));
    }
    return sum / PIXELS;
  }

  @Test
  void thresholdsVaryNormallyBetweenPixels() {
    EventCamera camera = new EventCamera(SIZE, PixelModel.IDEAL.withThresholds(0.25, 0.3).withMismatch(0.03), 7);

    // 5 standard errors: 0.03 / 64, and 0.03 / 64 / sqrt(2)
    assertThat(mean(camera, t -> t, true)).isCloseTo(0.25, within(0.0024));
    assertThat(mean(camera, t -> t, false)).isCloseTo(0.3, within(0.0024));
    assertThat(Math.sqrt(mean(camera, t -> (t - 0.25) * (t - 0.25), true))).isCloseTo(0.03, within(0.0017));
    // within one deviation: 0.6827 +- 5 * 0.0073
    assertThat(mean(camera, t -> Math.abs(t - 0.3) < 0.03 ? 1 : 0, false)).isCloseTo(0.6827, within(0.037));
    double together = 0;
    for (int i = 0; i < PIXELS; i++) {
      together += (camera.onThreshold(i % 64, i / 64) - 0.25) * (camera.offThreshold(i % 64, i / 64) - 0.3);
    }
    assertThat(together / PIXELS / 0.0009).isCloseTo(0, within(0.08));
  }

  @Test
  void thresholdsBelongToTheCameraAndAreNeverTooLow() {
    PixelModel model = PixelModel.IDEAL.withMismatch(0.2);
    EventCamera camera = new EventCamera(SIZE, model, 7);

    assertThat(mean(new EventCamera(SIZE, model, 7), t -> t, true)).isEqualTo(mean(camera, t -> t, true));
    assertThat(mean(new EventCamera(SIZE, model, 8), t -> t, true)).isNotEqualTo(mean(camera, t -> t, true));
    assertThat(mean(camera, t -> t < 0.01 ? 1 : 0, true)).isZero();
    assertThat(mean(camera, t -> t == 0.01 ? 1 : 0, true)).isCloseTo(0.171, within(0.03));
  }

  @Test
  void shotNoiseIsAPoissonProcessOfBothPolarities() {
    Events events = camera(new PixelNoise(0, 2, 0, 0)).record(Drawn.still(SIZE, 5 * SECOND), 0);

    int expected = 10 * PIXELS;
    assertThat((double) events.size()).isCloseTo(expected, within(5 * Math.sqrt(expected)));
    int on = 0;
    int[] counts = new int[PIXELS];
    for (int i = 0; i < events.size(); i++) {
      on += events.p(i);
      counts[events.y(i) * 64 + events.x(i)]++;
    }
    assertThat(on / (double) events.size()).isCloseTo(0.5, within(0.013));
    double squares = 0;
    for (int count : counts) {
      squares += (count - 10) * (count - 10);
    }
    // variance of a Poisson count is its mean; 5 standard errors of it are 11 %
    assertThat(squares / PIXELS).isCloseTo(10, within(1.2));
  }

  @Test
  void leakingPixelsMakeOnEventsAtTheirRateEachInItsOwnTime() {
    Events events = camera(new PixelNoise(2, 0, 0, 0)).record(Drawn.still(SIZE, 3 * SECOND), 0);

    assertThat(events.size()).isBetween(6 * PIXELS - 1, 6 * PIXELS + 1);
    long[] last = new long[PIXELS];
    int early = 0;
    for (int i = 0; i < events.size(); i++) {
      int pixel = events.y(i) * 64 + events.x(i);
      assertThat(events.p(i)).isEqualTo(1);
      if (last[pixel] > 0) {
        assertThat((double) events.t(i) - last[pixel]).isCloseTo(500_000, within(1.01));
      }
      last[pixel] = events.t(i);
      early += events.t(i) < 100_000 ? 1 : 0;
    }
    assertThat(early / (double) PIXELS).isCloseTo(0.2, within(0.035));
  }

  @Test
  void someHotPixelsFireAllTheTime() {
    EventCamera camera = camera(new PixelNoise(0, 0, 0.05, 40));
    Events events = camera.record(Drawn.still(SIZE, SECOND), 0);
    int[] counts = new int[PIXELS];
    for (int i = 0; i < events.size(); i++) {
      counts[events.y(i) * 64 + events.x(i)]++;
    }
    int hot = 0;
    for (int count : counts) {
      assertThat(count == 0 || Math.abs(count - 40) <= 1).as("%d events", count).isTrue();
      hot += count > 0 ? 1 : 0;
    }
    assertThat(hot / (double) PIXELS).isCloseTo(0.05, within(0.018));
    assertThat(camera.record(Drawn.still(SIZE, SECOND), 1)).isNotEqualTo(events);
  }

  @Test
  void recordingsDependOnNothingButSeedAndIndex() throws Exception {
    PixelModel model = PixelModel.V2E.withNoise(new PixelNoise(0.5, 1, 0.01, 50));
    EventCamera camera = new EventCamera(SIZE, model, 1);
    Image image = new ShapesDataset(Split.TRAIN, 1, 3).get(0).image();
    MovingImage scene = new MovingImage(image, ImageMotion.CIFAR10_DVS, SIZE);
    List<Events> alone = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      alone.add(new EventCamera(SIZE, model, 1).record(scene, i));
    }
    ExecutorService threads = Executors.newFixedThreadPool(3);
    List<Future<Events>> together = new ArrayList<>();
    for (int i = 5; i >= 0; i--) {
      int recording = i;
      together.add(0, threads.submit(() -> camera.record(scene, recording)));
    }
    for (int i = 0; i < 6; i++) {
      assertThat(together.get(i).get()).isEqualTo(alone.get(i));
    }
    threads.shutdown();
    assertThat(alone).doesNotHaveDuplicates();
    assertThat(new EventCamera(SIZE, model, 2).record(scene, 0)).isNotEqualTo(alone.get(0));
    EventsBuilder blocks = new EventsBuilder(0);
    camera.recording(scene, 2).forEach(blocks::addAll);
    assertThat(blocks.build()).isEqualTo(alone.get(2)).isEqualTo(alone.get(2).sortedByTime());
  }

  @Test
  void refusesScenesThatDoNotFit() {
    EventCamera camera = camera(PixelNoise.NONE);
    SensorSize other = new SensorSize(64, 32);
    assertThatThrownBy(() -> camera.record(Drawn.still(other, 30), 0)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("64x64", "64x32");
    assertThatThrownBy(() -> camera.record(new Drawn(SIZE, new long[0], i -> null), 0))
        .hasMessageContaining("at least 1 frame, got 0");
    assertThatThrownBy(() -> camera.record(new Drawn(SIZE, new long[] {0, 5, 5}, i -> new float[PIXELS]), 0))
        .hasMessageContaining("frame 2 at 5 us after 5 us");
    assertThatThrownBy(() -> camera.record(new Drawn(SIZE, new long[] {0, 5}, i -> new float[PIXELS - i]), 0))
        .hasMessageContaining("frame 1 of a scene: expected 4096 pixels, got 4095");
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> camera.record(new Drawn(SIZE, new long[] {0, 5}, i -> {
        float[] picture = new float[PIXELS];
        picture[77] = i * bad;
        return picture;
      }), 0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("pixel 77");
    }
    assertThat(camera.record(new Drawn(SIZE, new long[] {9}, i -> new float[PIXELS]), 0).isEmpty()).isTrue();
  }

  @Test
  void refusesBadConfigurations() {
    assertThatThrownBy(() -> PixelModel.IDEAL.withThresholds(0, 0.2)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("onThreshold: expected 0.01 to 10.0, got 0.0");
    assertThatThrownBy(() -> PixelModel.IDEAL.withThresholds(0.2, Double.NaN)).hasMessageContaining("offThreshold");
    assertThatThrownBy(() -> PixelModel.IDEAL.withMismatch(-0.1)).hasMessageContaining("mismatch");
    assertThatThrownBy(() -> PixelModel.IDEAL.withRefractory(-1)).hasMessageContaining("refractory");
    assertThatThrownBy(() -> new PixelNoise(-1, 0, 0, 0)).hasMessageContaining("leakRate");
    assertThatThrownBy(() -> new PixelNoise(0, 1e5, 0, 0)).hasMessageContaining("shotRate");
    assertThatThrownBy(() -> new PixelNoise(0, 0, 1.1, 0)).hasMessageContaining("hotShare");
    assertThatThrownBy(() -> new PixelNoise(0, 0, 1, Double.NaN)).hasMessageContaining("hotRate");
    assertThatThrownBy(() -> new EventCamera(new SensorSize(5000, 5000), PixelModel.IDEAL, 0))
        .hasMessageContaining("5000x5000");
    assertThatThrownBy(() -> camera(PixelNoise.NONE).onThreshold(64, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void theLogarithmIsLinearInTheDark() {
    assertThat(LogIntensity.of(0)).isZero();
    assertThat(LogIntensity.of(10)).isEqualTo((float) (Math.log(20) / 2));
    for (float brightness = 20; brightness <= 255; brightness += 0.37f) {
      assertThat((double) LogIntensity.of(brightness)).isCloseTo(Math.log(brightness), within(2e-6));
    }
    assertThat(LogIntensity.of(300)).isEqualTo(LogIntensity.of(255));
    assertThat(LogIntensity.of(-3)).isZero();
  }
}
