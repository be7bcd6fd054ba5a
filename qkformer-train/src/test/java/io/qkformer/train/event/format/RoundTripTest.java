package io.qkformer.train.event.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.event.EventLists;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.EventsBuilder;
import io.qkformer.train.event.SensorSize;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundTripTest {

  private static final int TRIES = 40;
  /** More than a block of the readers and a packet of the writer. */
  private static final Events MANY = EventLists.random(40_000, SensorSize.N_MNIST, 400, 3);

  @TempDir
  private Path folder;

  private static Arbitrary<Events> events(long latest, int greatest, int least, int most) {
    Arbitrary<Long> times = Arbitraries.longs().between(least < 0 ? -latest : 0, latest);
    Arbitrary<Integer> places = Arbitraries.integers().between(0, greatest);
    return Combinators.combine(times, places, places, Arbitraries.integers().between(least, most))
        .as((t, x, y, p) -> EventLists.of(new long[] {t, x, y, p})).list().ofMaxSize(50)
        .map(list -> {
          EventsBuilder all = new EventsBuilder(0);
          list.forEach(all::addAll);
          return all.build();
        });
  }

  @Provide
  Arbitrary<Events> aedat31() {
    return events((1L << 62) - 1, 32_767, 0, 1);
  }

  @Provide
  Arbitrary<Events> aedat20() {
    return events(Integer.MAX_VALUE, 127, 0, 1);
  }

  @Provide
  Arbitrary<Events> nmnist() {
    return events((1 << 23) - 1, 239, 0, 1);
  }

  /** In order of time: overflows cannot be taken back. */
  @Provide
  Arbitrary<Events> lateNmnist() {
    return events(Integer.MAX_VALUE, 239, 0, 1).map(Events::sortedByTime);
  }

  @Provide
  Arbitrary<Events> npz() {
    return events(Long.MAX_VALUE, 65_535, -128, 127);
  }

  private static Events written(EventFormat format, Reading reading, Events events) {
    return TestFiles.with(format.suffix(), path -> {
      EventFile file = new EventFile(path, format, reading);
      file.write(events);
      assertThat(EventFormat.of(path)).isEqualTo(format);
      return file.readAll();
    });
  }

  @Property(tries = TRIES)
  void aedat31GivesEventsBack(@ForAll("aedat31") Events events, @ForAll Reading reading) {
    assertThat(written(EventFormat.AEDAT_3_1, reading, events)).isEqualTo(events);
  }

  @Property(tries = TRIES)
  void aedat20GivesEventsBack(@ForAll("aedat20") Events events, @ForAll Reading reading) {
    assertThat(written(EventFormat.AEDAT_2_0, reading, events)).isEqualTo(events);
  }

  @Property(tries = TRIES)
  void nmnistGivesEventsBack(@ForAll("nmnist") Events events, @ForAll Reading reading) {
    assertThat(written(EventFormat.N_MNIST, reading, events)).isEqualTo(events);
  }

  @Property(tries = TRIES)
  void nmnistGivesLateEventsBackThroughItsOverflows(@ForAll("lateNmnist") Events events) {
    assertThat(written(EventFormat.N_MNIST, Reading.FORMAT, events)).isEqualTo(events);
  }

  @Property(tries = TRIES)
  void npzGivesEventsBack(@ForAll("npz") Events events) {
    assertThat(written(EventFormat.NPZ, Reading.FORMAT, events)).isEqualTo(events);
  }

  @Test
  void everyFormatKeepsEventsOfManyBlocks() {
    for (EventFormat format : EventFormat.values()) {
      assertThat(written(format, Reading.FORMAT, MANY)).as("%s", format).isEqualTo(MANY);
    }
  }

  @Test
  void overflowsOfNMnistReachTimesOfMoreThan23Bits() {
    Events late = EventLists.of(new long[] {5, 1, 1, 0}, new long[] {30_000_000, 2, 2, 1},
        new long[] {29_999_000, 3, 3, 0}, new long[] {2_000_000_000, 4, 4, 1});
    assertThat(written(EventFormat.N_MNIST, Reading.FORMAT, late)).isEqualTo(late);
  }

  @Test
  void everyTypeAndCompressionOfArchivesGivesEventsBack() throws IOException {
    NpyType smallBigEndian = new NpyType(NpyType.Kind.SIGNED, 2, ByteOrder.BIG_ENDIAN);
    List<NpzEvents.Types> all = List.of(NpzEvents.Types.INT64, NpzEvents.Types.CIFAR10_DVS, NpzEvents.Types.COMPACT,
        new NpzEvents.Types(NpyType.UINT32, smallBigEndian, NpyType.UINT8, NpyType.BOOL));
    for (NpzEvents.Types types : all) {
      for (NpzCompression compression : NpzCompression.values()) {
        Path path = folder.resolve("events.npz");
        NpzEvents.write(path, MANY, types, compression);
        assertThat(new EventFile(path, EventFormat.NPZ, Reading.FORMAT, SensorSize.N_MNIST).readAll())
            .as("%s %s", types, compression).isEqualTo(MANY);
      }
    }
  }

  @Test
  void eventsThatAFormatCannotHoldAreRefusedAndTheOldFileStays() throws IOException {
    Path path = folder.resolve("old");
    for (EventFormat format : EventFormat.values()) {
      EventFile file = new EventFile(path, format, Reading.FORMAT);
      file.write(MANY);
      byte[] before = Files.readAllBytes(path);
      Stream<Events> bad = Stream.of(EventLists.of(new long[] {1, 0, 0, 0}, new long[] {-1, 0, 0, 0}),
          EventLists.of(new long[] {1, 0, 0, 0}, new long[] {1, 40_000, 0, 0}),
          EventLists.of(new long[] {1, 0, 0, 0}, new long[] {1, 0, 40_000, 0}),
          EventLists.of(new long[] {1, 0, 0, 0}, new long[] {1, 0, 0, 2}),
          EventLists.of(new long[] {1, 0, 0, 0}, new long[] {1L << 62, 0, 0, 0}));
      bad.forEach(events -> {
        if (format == EventFormat.NPZ) {
          assertThatThrownBy(() -> NpzEvents.write(path, events,
              new NpzEvents.Types(NpyType.UINT32, NpyType.UINT8, NpyType.UINT8, NpyType.BOOL),
              NpzCompression.DEFLATED)).hasMessageContaining("event 1 ");
        } else {
          assertThatThrownBy(() -> file.write(events)).isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("event 1 ");
        }
      });
      assertThat(Files.readAllBytes(path)).isEqualTo(before);
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files).containsExactly(path);
      }
    }
  }

  @Test
  void nMnistRefusesTheRowThatMeansAnOverflow() {
    EventFile file = new EventFile(folder.resolve("a.bin"), EventFormat.N_MNIST, Reading.FORMAT);
    assertThatThrownBy(() -> file.write(EventLists.of(new long[] {1, 0, 240, 0}))).hasMessageContaining("240");
  }
}
