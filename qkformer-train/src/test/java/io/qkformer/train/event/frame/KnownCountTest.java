package io.qkformer.train.event.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.qkformer.train.data.DatasetException;
import io.qkformer.train.event.EventFileException;
import io.qkformer.train.event.EventLists;
import io.qkformer.train.event.EventReader;
import io.qkformer.train.event.EventSource;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.format.EventFile;
import io.qkformer.train.event.format.EventFormat;
import io.qkformer.train.event.format.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the number of events is known, frames by number are made in a single pass, which changes nothing else. */
class KnownCountTest {
  /** More than a block of the readers. */
  private static final Events EVENTS = EventLists.random(40_001, SensorSize.N_MNIST, 40, 7);

  @TempDir
  private Path folder;

  /** Counts how often a source is opened to be read. */
  private static final class Passes implements EventSource {
    private final EventSource source;
    private int passes;

    Passes(EventSource source) {
      this.source = source;
    }

    @Override
    public EventReader open() throws IOException {
      passes++;
      return source.open();
    }

    @Override
    public OptionalLong count() throws IOException {
      return source.count();
    }
  }

  private EventFile written(EventFormat format, Reading reading, Events events) throws IOException {
    EventFile file = new EventFile(folder.resolve("a" + format.suffix()), format, reading, SensorSize.DVS128);
    file.write(events);
    return file;
  }

  private static boolean isKnown(EventFormat format, Reading reading) {
    return format == EventFormat.NPZ || reading == Reading.SPIKINGJELLY && format != EventFormat.AEDAT_3_1;
  }

  @Test
  void aSinglePassGivesTheSameFrames() throws IOException {
    for (EventFormat format : EventFormat.values()) {
      for (Reading reading : Reading.values()) {
        EventFile file = written(format, reading, EVENTS);
        assertThat(file.count()).as("%s %s", format, reading)
            .isEqualTo(isKnown(format, reading) ? OptionalLong.of(EVENTS.size()) : OptionalLong.empty());
        Passes passes = new Passes(file);
        for (int frames : new int[] {1, 7, 300}) {
          passes.passes = 0;
          assertThat(FrameIntegrator.integrate(passes, SensorSize.DVS128, new FramesByNumber(frames)))
              .isEqualTo(FrameIntegrator.integrate(file::open, SensorSize.DVS128, new FramesByNumber(frames)));
          assertThat(passes.passes).as("passes over %s %s", format, reading).isEqualTo(isKnown(format, reading) ? 1 : 2);
        }
        passes.passes = 0;
        FrameIntegrator.integrate(passes, SensorSize.DVS128, new FramesByTime(3));
        assertThat(passes.passes).isEqualTo(2);
      }
    }
  }

  @Test
  void damageIsTheSameError() throws IOException {
    for (EventFormat format : EventFormat.values()) {
      EventFile file = written(format, Reading.SPIKINGJELLY, EVENTS);
      byte[] whole = Files.readAllBytes(file.path());
      for (int at : new int[] {0, whole.length / 2, whole.length - 3}) {
        byte[] damaged = whole.clone();
        for (int i = at; i < Math.min(at + 40, whole.length); i++) {
          damaged[i] = (byte) 0xFF;
        }
        Files.write(file.path(), damaged);
        requireSameError(file);
      }
      Files.write(file.path(), Arrays.copyOf(whole, whole.length - 1));
      requireSameError(file);
      Files.delete(file.path());
      requireSameError(file);
    }
  }

  private static void requireSameError(EventFile file) {
    Throwable counted = catchThrowable(() -> FrameIntegrator.integrate(file, SensorSize.DVS128, new FramesByNumber(3)));
    Throwable read = catchThrowable(
        () -> FrameIntegrator.integrate(file::open, SensorSize.DVS128, new FramesByNumber(3)));
    assertThat(counted == null ? "" : counted.toString()).isEqualTo(read == null ? "" : read.toString());
  }

  @Test
  void brokenTimesAreAnErrorAsEver() throws IOException {
    EventFile file = written(EventFormat.NPZ, Reading.FORMAT,
        EventLists.of(new long[] {Long.MIN_VALUE, 1, 1, 1}, new long[] {Long.MAX_VALUE, 1, 1, 1}));
    requireSameError(file);
    assertThatThrownBy(() -> FrameIntegrator.integrate(file, SensorSize.DVS128, new FramesByNumber(3)))
        .isInstanceOf(DatasetException.class).isNotInstanceOf(EventFileException.class).hasMessageContaining("2^63");
  }

  @Test
  void aCountThatTurnsOutWrongIsAnError() {
    EventSource wrong = new EventSource() {
      @Override
      public EventReader open() {
        return EVENTS.open();
      }

      @Override
      public OptionalLong count() {
        return OptionalLong.of(40_000);
      }
    };
    assertThatThrownBy(() -> FrameIntegrator.integrate(wrong, SensorSize.DVS128, new FramesByNumber(3)))
        .isInstanceOf(DatasetException.class).hasMessageContainingAll("expected 40000 events", "got 40001");
  }
}
