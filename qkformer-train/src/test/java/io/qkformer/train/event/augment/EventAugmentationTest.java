package io.qkformer.train.event.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.event.EventLists;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventAugmentationTest {

  private static final SensorSize SENSOR = new SensorSize(40, 20);
  private static final Events EVENTS = EventLists.random(20_000, SENSOR, 10, 9);

  private static Events apply(EventAugmentation augmentation, long index) {
    return augmentation.apply(EVENTS, SENSOR, RandomStream.of(1, "test", index));
  }

  @Test
  void aShareOfTheEventsIsDropped() {
    assertThat((double) apply(new DropEvents(0.3), 0).size()).isCloseTo(14_000, within(400.0));
    assertThat(apply(new DropEvents(0), 0)).isEqualTo(EVENTS);
    assertThat(apply(new DropEvents(1), 0)).isEqualTo(Events.NONE);
  }

  @Test
  void aSpanOfTimeIsDropped() {
    Events kept = apply(new DropByTime(0.25), 2);
    long gap = 0;
    for (int i = 1; i < kept.size(); i++) {
      gap = Math.max(gap, kept.t(i) - kept.t(i - 1));
    }
    double duration = EVENTS.t(EVENTS.size() - 1) - EVENTS.t(0);
    assertThat((double) kept.size()).isCloseTo(15_000, within(400.0));
    assertThat(gap / duration).isCloseTo(0.25, within(0.01));
  }

  @Test
  void aBoxIsDropped() {
    Events kept = apply(new DropByArea(0.5), 1);
    Set<Integer> pixels = new HashSet<>();
    for (int i = 0; i < kept.size(); i++) {
      pixels.add(kept.y(i) * SENSOR.width() + kept.x(i));
    }
    assertThat(pixels).hasSize(40 * 20 - 20 * 10);
    assertThat(apply(new DropByArea(1), 0)).isEqualTo(Events.NONE);
  }

  @Test
  void onePolarityIsDropped() {
    Set<Integer> kept = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      Events events = apply(new DropByPolarity(1), i);
      assertThat((double) events.size()).isCloseTo(10_000, within(500.0));
      kept.add(events.p(0));
    }
    assertThat(kept).containsExactlyInAnyOrder(0, 1);
    assertThat(apply(new DropByPolarity(0), 3)).isEqualTo(EVENTS);
  }

  @Test
  void jitterInTimeKeepsEventsInOrderAndWithinTheRecording() {
    Events moved = apply(new TimeJitter(100), 0);
    assertThat(moved.size()).isEqualTo(EVENTS.size());
    assertThat(moved).isNotEqualTo(EVENTS).isEqualTo(moved.sortedByTime());
    assertThat(moved.t(0)).isGreaterThanOrEqualTo(EVENTS.t(0));
    assertThat(moved.t(moved.size() - 1)).isLessThanOrEqualTo(EVENTS.t(EVENTS.size() - 1));
    assertThat(apply(new TimeJitter(0), 0)).isEqualTo(EVENTS);
  }

  @Test
  void jitterInSpaceStaysOnTheSensor() {
    Events moved = apply(new SpaceJitter(1), 0);
    double squares = 0;
    int same = 0;
    for (int i = 0, j = 0; i < moved.size(); i++, j++) {
      while (EVENTS.t(j) != moved.t(i)) {
        j++;
      }
      assertThat(SENSOR.contains(moved.x(i), moved.y(i))).isTrue();
    }
    Events centre = EventLists.of(new long[] {1, 20, 10, 0});
    for (int i = 0; i < 5000; i++) {
      Events one = new SpaceJitter(1).apply(centre, SENSOR, RandomStream.of(2, "test", i));
      squares += Math.pow(one.x(0) - 20, 2);
      same += one.equals(centre) ? 1 : 0;
    }
    // the variance of a rounded normal number is 1/12 greater
    assertThat(squares / 5000).isCloseTo(1 + 1 / 12.0, within(0.1));
    assertThat(same).isBetween(500, 1000);
    assertThat(moved.size()).isBetween(18_000, 19_999);
    assertThat(apply(new SpaceJitter(0), 0)).isEqualTo(EVENTS);
  }

  @Test
  void theSameStreamGivesTheSameEvents() {
    EventAugmentation all = EventAugmentation.compose(List.of(new DropEvents(0.1), new DropByTime(0.1),
        new DropByArea(0.1), new DropByPolarity(0.5), new TimeJitter(5), new SpaceJitter(0.5)));
    assertThat(apply(all, 4)).isEqualTo(apply(all, 4)).isNotEqualTo(apply(all, 5));
    assertThat(all.apply(Events.NONE, SENSOR, RandomStream.of(1, "none"))).isEqualTo(Events.NONE);
  }

  @Test
  void parametersAreChecked() {
    assertThatThrownBy(() -> new DropEvents(1.5)).hasMessageContaining("share: expected 0 to 1, got 1.5");
    assertThatThrownBy(() -> new DropByTime(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new DropByArea(2)).hasMessageContaining("2.0");
    assertThatThrownBy(() -> new DropByPolarity(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new TimeJitter(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new SpaceJitter(Double.POSITIVE_INFINITY)).hasMessageContaining("Infinity");
  }
}
