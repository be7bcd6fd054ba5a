package io.qkformer.train.event.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Clip;
import io.qkformer.train.data.ClipSample;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.dataset.EventDataset;
import io.qkformer.train.event.dataset.FrameDataset;
import io.qkformer.train.event.frame.FramesByTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedGesturesTest {
  private static final Path ROOT = Path.of("nowhere");
  private static final EventCamera CAMERA = new EventCamera(new SensorSize(32, 32), PixelModel.IDEAL.withMismatch(0.02),
      1);
  private static final int T = 8;

  private static List<ClipSample> train;
  private static List<ClipSample> test;

  @BeforeAll
  static void simulate() throws IOException {
    train = all(clips(Split.TRAIN, 1600, GestureConfig.DEFAULT, 3));
    test = all(clips(Split.TEST, 800, GestureConfig.DEFAULT, 3));
  }

  private static List<ClipSample> all(FrameDataset dataset) throws IOException {
    List<ClipSample> samples = new ArrayList<>();
    for (int i = 0; i < dataset.size(); i++) {
      samples.add(dataset.get(i));
    }
    return samples;
  }

  private static FrameDataset clips(Split split, int size, GestureConfig config, long seed) {
    return new FrameDataset(SimulatedGestures.of(split, size, config, CAMERA, seed, ROOT), new FramesByTime(T));
  }

  @Test
  void theClassIsTheMotionAndAllClassesAreEquallyFrequent() throws IOException {
    EventDataset events = SimulatedGestures.of(Split.TEST, 24, GestureConfig.DEFAULT, CAMERA, 3, ROOT);

    assertThat(events.classNames()).containsExactly("left", "right", "up", "down", "clockwise", "counter-clockwise",
        "expansion", "contraction");
    assertThat(events.samples()).extracting(sample -> sample.label()).startsWith(0, 1, 2, 3, 4, 5, 6, 7, 0)
        .hasSize(24);
    assertThat(events.samples().get(9).id()).isEqualTo("test/9");
    assertThat(events.samples().get(9).events().readAll().size()).isGreaterThan(200);
  }

  /** Chance is 1 in 8; 800 answers have a standard error of 1.2 %. */
  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void aLinearClassifierCannotReadTheClassFromOneFrame(int frame) {
    FrameProbe probe = FrameProbe.train(train, 8, frame, 10, 0.01f);

    assertThat(probe.accuracy(train)).as("it does learn by heart")
        .isGreaterThan(0.5);
    assertThat(probe.accuracy(test)).isCloseTo(0.125, within(0.048));
  }

  /** Whatever a frame shows of a motion, it shows of its reverse: how much, how wide, how asymmetric. */
  @ParameterizedTest
  @CsvSource({"LEFT, RIGHT", "UP, DOWN", "CLOCKWISE, COUNTER_CLOCKWISE", "EXPANSION, CONTRACTION"})
  void framesOfAMotionAndItsReverseAreAlike(Gesture one, Gesture other) {
    for (int frame : new int[] {1, T - 2}) {
      double[][] first = features(one, frame);
      double[][] second = features(other, frame);
      for (int f = 0; f < first.length; f++) {
        double difference = mean(first[f]) - mean(second[f]);
        double error = Math.sqrt((variance(first[f]) + variance(second[f])) / first[f].length);
        assertThat(difference / error).as("feature %d of frame %d", f, frame).isBetween(-4.0, 4.0);
      }
    }
  }

  /** Number of events, share of ON, pixels with events, and events to the right of (below) one of the same kind. */
  private static double[][] features(Gesture gesture, int frame) {
    double[][] features = new double[5][train.size() / 8];
    for (int i = 0; i < train.size() / 8; i++) {
      Clip clip = train.get(8 * i + gesture.ordinal()).clip();
      for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) {
          float off = clip.value(frame, y, x, 0);
          float on = clip.value(frame, y, x, 1);
          features[0][i] += on + off;
          features[1][i] += on - off;
          features[2][i] += on + off > 0 ? 1 : 0;
          features[3][i] += on * clip.value(frame, y, (x + 3) % 32, 0) - off * clip.value(frame, y, (x + 3) % 32, 1);
          features[4][i] += on * clip.value(frame, (y + 3) % 32, x, 0) - off * clip.value(frame, (y + 3) % 32, x, 1);
        }
      }
    }
    return features;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
  }

  /** What one frame hides, two tell: the sign of the measured motion. */
  @Test
  void theMotionIsSeenFromFrameToFrame() throws IOException {
    FrameDataset dataset = clips(Split.TRAIN, 640, new GestureConfig(1, 1_000_000), 5);
    int[] right = new int[8];
    for (int i = 0; i < dataset.size(); i++) {
      ClipSample sample = dataset.get(i);
      MotionMeter motion = MotionMeter.of(sample.clip());
      boolean seen = switch (Gesture.values()[sample.label()]) {
        case LEFT -> motion.right() < 0;
        case RIGHT -> motion.right() > 0;
        case UP -> motion.down() < 0;
        case DOWN -> motion.down() > 0;
        case CLOCKWISE -> motion.clockwise() > 0;
        case COUNTER_CLOCKWISE -> motion.clockwise() < 0;
        case EXPANSION -> motion.growing() > 0;
        case CONTRACTION -> motion.growing() < 0;
      };
      right[sample.label()] += seen ? 1 : 0;
    }
    // of 80 each; without motion 40 +- 4.5
    assertThat(Arrays.stream(right).boxed().toList()).allSatisfy(count -> assertThat(count).isGreaterThan(64));
  }

  @Test
  void allMotionsMakeAboutEquallyManyEvents() {
    double[] counts = new double[8];
    for (ClipSample sample : train) {
      for (float events : sample.clip().values()) {
        counts[sample.label()] += events / 200;
      }
    }
    double mean = mean(counts);
    // the standard error of each is 2 %
    assertThat(Arrays.stream(counts).boxed().toList())
        .allSatisfy(count -> assertThat(count / mean).isBetween(0.9, 1.1));
  }

  @Test
  void aRecordingIsAFunctionOfSeedSplitAndIndex() throws IOException {
    FrameDataset few = clips(Split.TRAIN, 8, GestureConfig.DEFAULT, 3);
    FrameDataset many = clips(Split.TRAIN, 16, GestureConfig.DEFAULT, 3);

    assertThat(many.get(5)).isEqualTo(few.get(5));
    assertThat(many.get(13).clip()).isNotEqualTo(few.get(5).clip());
    assertThat(clips(Split.TEST, 8, GestureConfig.DEFAULT, 3).get(5).clip()).isNotEqualTo(few.get(5).clip());
    assertThat(clips(Split.TRAIN, 8, GestureConfig.DEFAULT, 4).get(5).clip()).isNotEqualTo(few.get(5).clip());
    assertThat(few.key()).isEqualTo(many.key()).isNotEqualTo(clips(Split.TRAIN, 8, GestureConfig.DEFAULT, 4).key())
        .isNotEqualTo(clips(Split.TRAIN, 8, new GestureConfig(1, 1_000_000), 3).key())
        .startsWith("frames_time_8_32x32_train_gestures_");
  }

  @Test
  void shapesMoveSmoothlyAcrossTheEdges() {
    SensorSize size = new SensorSize(48, 32);
    for (Gesture gesture : Gesture.values()) {
      GestureScene scene = new GestureScene(gesture, GestureConfig.DEFAULT, size, RandomStream.of(1, "test", 0));
      assertThat(scene.frames()).isEqualTo(49);
      assertThat(scene.time(48)).isEqualTo(1_000_000);
      double most = 0;
      for (int frame = 1; frame < scene.frames(); frame++) {
        float[] before = scene.logIntensity(frame - 1);
        float[] after = scene.logIntensity(frame);
        for (int i = 0; i < before.length; i++) {
          most = Math.max(most, Math.abs(after[i] - before[i]));
        }
      }
      // an edge moves by less than a pixel in a step, of at most two shapes
      assertThat(most).as(gesture.title()).isBetween(0.02, 1.2);
    }
  }

  @Test
  void refusesBadConfigurations() {
    assertThatThrownBy(() -> new GestureConfig(0, 1_000_000)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shapes: expected 1 to 16, got 0");
    assertThatThrownBy(() -> new GestureConfig(1, 10)).hasMessageContaining("duration");
    assertThatThrownBy(() -> clips(Split.TRAIN, 0, GestureConfig.DEFAULT, 0)).hasMessageContaining("size");
  }
}
