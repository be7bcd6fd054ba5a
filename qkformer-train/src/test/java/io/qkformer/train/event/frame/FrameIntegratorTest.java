package io.qkformer.train.event.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.train.data.Clip;
import io.qkformer.train.data.DatasetException;
import io.qkformer.train.event.EventLists;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.format.EventFile;
import io.qkformer.train.event.format.EventFormat;
import io.qkformer.train.event.format.Reading;
import io.qkformer.train.event.frame.FramesByDuration.Grid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameIntegratorTest {

  private static final SensorSize SENSOR = new SensorSize(7, 5);

  private static double[] sums(Clip clip) {
    double[] sums = new double[clip.frames()];
    int size = clip.values().length / clip.frames();
    for (int i = 0; i < clip.values().length; i++) {
      sums[i / size] += clip.values()[i];
    }
    return sums;
  }

  private static double total(Clip clip) {
    return Arrays.stream(sums(clip)).sum();
  }

  @Property(tries = 60)
  void everyEventIsInOneFrame(@ForAll @IntRange(min = 1, max = 200) int size,
      @ForAll @IntRange(min = 1, max = 20) int frames, @ForAll @IntRange(max = 9) int step, @ForAll long seed)
      throws IOException {
    Events events = EventLists.random(size, SENSOR, step, seed);
    for (FrameRule rule : List.of(new FramesByNumber(frames), new FramesByTime(frames),
        new FramesByDuration(frames, Grid.FIXED), new FramesByDuration(frames, Grid.FROM_EVENT))) {
      Clip clip = FrameIntegrator.integrate(events, SENSOR, rule);
      assertThat(total(clip)).as("%s", rule).isEqualTo(size);
      float[] counts = new float[70];
      for (int i = 0; i < clip.values().length; i++) {
        counts[i % 70] += clip.values()[i];
      }
      for (int i = 0; i < size; i++) {
        counts[(events.y(i) * 7 + events.x(i)) * 2 + events.p(i)]--;
      }
      assertThat(counts).as("%s: pixels and polarities", rule).containsOnly(0);
    }
  }

  @Property(tries = 40)
  void framesByNumberHaveTheSameNumberButForTheLast(@ForAll @IntRange(max = 200) int size,
      @ForAll @IntRange(min = 1, max = 20) int frames, @ForAll long seed) throws IOException {
    double[] sums = sums(FrameIntegrator.integrate(EventLists.random(size, SENSOR, 5, seed), SENSOR,
        new FramesByNumber(frames)));
    assertThat(sums).hasSize(frames);
    for (int i = 0; i < frames - 1; i++) {
      assertThat(sums[i]).isEqualTo(size / frames);
    }
    assertThat(sums[frames - 1]).isEqualTo(size - size / frames * (frames - 1));
  }

  @Property(tries = 40)
  void voxelsShareEachEventBetweenNeighbours(@ForAll @IntRange(min = 1, max = 100) int size,
      @ForAll @IntRange(min = 1, max = 12) int frames, @ForAll @IntRange(max = 9) int step, @ForAll long seed)
      throws IOException {
    Events events = EventLists.random(size, SENSOR, step, seed);
    Clip clip = FrameIntegrator.integrate(events, SENSOR, new VoxelGrid(frames));
    double[] expected = new double[frames];
    double range = events.t(size - 1) - events.t(0);
    for (int i = 0; i < size; i++) {
      double position = range == 0 ? 0 : (frames - 1) * (events.t(i) - events.t(0)) / range;
      for (int t = 0; t < frames; t++) {
        expected[t] += Math.max(0, 1 - Math.abs(t - position));
      }
    }
    assertThat(sums(clip)).containsExactly(expected, within(1e-3));
    assertThat(total(clip)).isCloseTo(size, within(1e-3));
  }

  @Test
  void pixelsAndPolaritiesAreWhereTheyBelong() throws IOException {
    Clip clip = FrameIntegrator.integrate(EventLists.of(new long[] {0, 6, 4, 0}, new long[] {1, 6, 4, 1},
        new long[] {2, 0, 1, -1}, new long[] {3, 6, 4, 7}), SENSOR, new FramesByNumber(2));
    assertThat(clip.value(0, 4, 6, 0)).isEqualTo(1);
    assertThat(clip.value(0, 4, 6, 1)).isEqualTo(1);
    assertThat(clip.value(1, 1, 0, 1)).isEqualTo(1);
    assertThat(clip.value(1, 4, 6, 1)).isEqualTo(1);
    assertThat(total(clip)).isEqualTo(4);
  }

  @Test
  void eventsOfOneTimeGoIntoTheLastFrame() throws IOException {
    Events events = EventLists.of(new long[] {9, 0, 0, 0}, new long[] {9, 1, 1, 1});
    assertThat(sums(FrameIntegrator.integrate(events, SENSOR, new FramesByTime(3)))).containsExactly(0, 0, 2);
    for (Grid grid : Grid.values()) {
      assertThat(sums(FrameIntegrator.integrate(events, SENSOR, new FramesByDuration(5, grid)))).containsExactly(2);
    }
  }

  @Test
  void withoutEventsFramesAreEmptyWhereTheirNumberIsGiven() throws IOException {
    for (FrameRule rule : List.of(new FramesByNumber(3), new FramesByTime(3), new VoxelGrid(3))) {
      assertThat(sums(FrameIntegrator.integrate(Events.NONE, SENSOR, rule))).containsExactly(0, 0, 0);
    }
    assertThatThrownBy(() -> FrameIntegrator.integrate(Events.NONE, SENSOR, new FramesByDuration(3, Grid.FIXED)))
        .isInstanceOf(DatasetException.class).hasMessageContaining("at least one event");
  }

  @Test
  void badEventsAreNamed() {
    Events beyond = EventLists.of(new long[] {0, 0, 0, 0}, new long[] {1, 5, 6, 0});
    for (FrameRule rule : List.of(new FramesByNumber(1), new VoxelGrid(2))) {
      assertThatThrownBy(() -> FrameIntegrator.integrate(beyond, SENSOR, rule)).isInstanceOf(DatasetException.class)
          .hasMessageContainingAll("event 1 ", "x=5, y=6", "7x5");
    }
    Events back = EventLists.of(new long[] {5, 0, 0, 0}, new long[] {4, 0, 0, 0});
    assertThatThrownBy(() -> FrameIntegrator.integrate(back, SENSOR, new FramesByTime(2)))
        .isInstanceOf(DatasetException.class).hasMessageContainingAll("5 us", "4 us");
    Events eons = EventLists.of(new long[] {Long.MIN_VALUE, 0, 0, 0}, new long[] {Long.MAX_VALUE, 0, 0, 0});
    assertThatThrownBy(() -> FrameIntegrator.integrate(eons, SENSOR, new FramesByTime(2)))
        .isInstanceOf(DatasetException.class).hasMessageContaining("2^63");
    Events far = EventLists.of(new long[] {0, 0, 0, 0}, new long[] {Long.MAX_VALUE, 0, 0, 0});
    assertThatThrownBy(() -> FrameIntegrator.integrate(far, SENSOR, new FramesByDuration(1, Grid.FIXED)))
        .isInstanceOf(DatasetException.class).hasMessageContaining("fewer or longer frames");
    assertThatThrownBy(() -> new FramesByTime(0)).hasMessageContaining("frames: expected at least 1, got 0");
  }

  @Test
  void aFileOfManyBlocksGivesTheSameFramesAsItsEvents(@TempDir Path folder) throws IOException {
    Events events = EventLists.random(50_000, SENSOR, 9, 4);
    EventFile file = new EventFile(folder.resolve("a.aedat"), EventFormat.AEDAT_3_1, Reading.FORMAT, SENSOR);
    file.write(events);
    for (FrameRule rule : List.of(new FramesByNumber(7), new FramesByTime(7), new VoxelGrid(7),
        new FramesByDuration(10_000, Grid.FIXED), new FramesByDuration(10_000, Grid.FROM_EVENT))) {
      assertThat(FrameIntegrator.integrate(file, SENSOR, rule)).as("%s", rule)
          .isEqualTo(FrameIntegrator.integrate(events, SENSOR, rule));
    }
  }

  @Test
  void keysTellParametersApart() {
    assertThat(List.of(new FramesByNumber(16), new FramesByTime(16), new VoxelGrid(16),
        new FramesByDuration(16, Grid.FIXED), new FramesByDuration(16, Grid.FROM_EVENT)))
        .extracting(FrameRule::key).doesNotHaveDuplicates().startsWith("number_16");
  }
}
