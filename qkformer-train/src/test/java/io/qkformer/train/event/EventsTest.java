package io.qkformer.train.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EventsTest {

  private static final Events FOUR = EventLists.of(new long[] {-3, 0, 65_535, -128}, new long[] {7, 65_535, 0, 127},
      new long[] {Long.MAX_VALUE, 1, 2, 0}, new long[] {7, 3, 4, 1});

  @Test
  void extremeValuesAreKept() {
    assertThat(List.of(FOUR.t(0), (long) FOUR.x(0), (long) FOUR.y(0), (long) FOUR.p(0)))
        .containsExactly(-3L, 0L, 65_535L, -128L);
    assertThat(List.of(FOUR.t(2), (long) FOUR.x(1), (long) FOUR.y(1), (long) FOUR.p(1)))
        .containsExactly(Long.MAX_VALUE, 65_535L, 0L, 127L);
  }

  @Test
  void valuesThatDoNotFitAreRefusedByName() {
    EventsBuilder builder = new EventsBuilder(1);
    assertThatThrownBy(() -> builder.add(0, 65_536, 0, 0)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("x=65536");
    assertThatThrownBy(() -> builder.add(0, 0, -1, 0)).hasMessageContaining("y=-1");
    assertThatThrownBy(() -> builder.add(0, 0, 0, 128)).hasMessageContaining("p=128");
    assertThat(builder.build()).isEqualTo(Events.NONE);
  }

  @Test
  void slicesAreViewsWithBoundsOfTheirOwn() {
    Events slice = FOUR.slice(1, 3);
    assertThat(slice.size()).isEqualTo(2);
    assertThat(slice.t(1)).isEqualTo(Long.MAX_VALUE);
    assertThat(slice.slice(1, 2)).isEqualTo(FOUR.slice(2, 3));
    assertThatThrownBy(() -> slice.t(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> slice.p(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> FOUR.slice(2, 5)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void betweenTakesTheStartAndNotTheEnd() {
    Events events = EventLists.of(new long[] {1, 1, 0, 0}, new long[] {5, 2, 0, 0}, new long[] {2, 3, 0, 0},
        new long[] {4, 4, 0, 0}, new long[] {3, 5, 0, 0});
    assertThat(events.between(2, 4)).isEqualTo(EventLists.of(new long[] {2, 3, 0, 0}, new long[] {3, 5, 0, 0}));
    assertThat(events.between(6, 9).isEmpty()).isTrue();
    assertThat(events.between(4, 4).isEmpty()).isTrue();
    assertThat(events.between(0, 9)).isEqualTo(events);
  }

  @Property(tries = 50)
  void sortingIsStableAndKeepsTheEvents(@ForAll @IntRange(max = 300) int size, @ForAll long seed) {
    Events shuffled = EventLists.random(size, new SensorSize(500, 500), 3, seed);
    EventsBuilder builder = new EventsBuilder(0);
    for (int i = 0; i < size; i++) {
      builder.add(shuffled.x(i) % 10, i, shuffled.y(i), shuffled.p(i));
    }
    Events events = builder.build();
    Events sorted = events.sortedByTime();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingLong(events::t));
    assertThat(sorted.size()).isEqualTo(size);
    for (int i = 0; i < size; i++) {
      assertThat(sorted.slice(i, i + 1)).isEqualTo(events.slice(order.get(i), order.get(i) + 1));
    }
  }

  @Test
  void sourcesAreCutAndReadAgain() throws IOException {
    Events events = EventLists.random(100, SensorSize.DVS128, 10, 1);
    EventSource blocks = () -> new EventReader() {
      private int next;

      @Override
      public Optional<Events> next() {
        next += 7;
        return next - 7 >= 100 ? Optional.empty()
            : Optional.of(events.slice(next - 7, Math.min(100, next)));
      }

      @Override
      public void close() { }
    };
    assertThat(blocks.readAll()).isEqualTo(events).isEqualTo(blocks.readAll());
    long start = events.t(20);
    long end = events.t(81);
    assertThat(blocks.between(start, end).readAll()).isEqualTo(events.between(start, end));
    assertThat(blocks.between(-5, -1).readAll()).isEqualTo(Events.NONE);
  }

  @Test
  void sensorSizesAreChecked() {
    assertThatThrownBy(() -> new SensorSize(0, 5)).hasMessageContaining("0x5");
    assertThatThrownBy(() -> new SensorSize(5, 65_537)).hasMessageContaining("5x65537");
    assertThat(SensorSize.ATIS.contains(239, 179)).isTrue();
    assertThat(SensorSize.ATIS.contains(179, 239)).isFalse();
  }

  @Test
  void eventsAreMovedToTheMiddleOfALargerPicture() throws IOException {
    Events events = EventLists.of(new long[] {3, 0, 0, 1}, new long[] {4, 3, 2, -1});
    assertThat(new CentredEvents(events, new SensorSize(4, 3), new SensorSize(7, 9)).readAll())
        .isEqualTo(EventLists.of(new long[] {3, 1, 3, 1}, new long[] {4, 4, 5, -1}));
    assertThatThrownBy(() -> new CentredEvents(events, new SensorSize(4, 3), new SensorSize(8, 2)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll("4x3", "got 8x2");
  }
}
