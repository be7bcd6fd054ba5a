package io.qkformer.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.qkformer.train.report.EventFile.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardWriterTest {

  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_700_000_000_250L), ZoneOffset.UTC);

  @TempDir
  private Path run;

  private Path folder() {
    return run.resolve("tensorboard");
  }

  @Test
  void theReadersOwnCrcIsRight() {
    assertThat(EventFile.crc("123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xE3069283);
    assertThat(EventFile.crc(new byte[32])).as("RFC 3720, B.4").isEqualTo(0x8A9136AA);
  }

  @Test
  void firstRecordHasTheBytesThatTensorFlowWrites() {
    // 24 bytes: wall time 0x09 + 8, file version 0x1a + length 13
    assertThat(HexFormat.of().formatHex(TensorBoardEvent.version(0)))
        .isEqualTo("090000000000000000" + "1a0d" + "627261696e2e4576656e743a32");
    assertThat(HexFormat.of().formatHex(TensorBoardEvent.record(TensorBoardEvent.version(0)))).startsWith(
        "1800000000000000" + "a37f4b22").hasSize(2 * (8 + 4 + 24 + 4));
  }

  @Test
  void scalarsAreReadBack() throws IOException {
    Path file;
    try (TensorBoardWriter writer = TensorBoardWriter.open(folder(), CLOCK)) {
      writer.scalar("train/loss", 0, 2.25);
      writer.scalar("train/lr", 127, 1e-3);
      writer.scalar("größe", 128, Double.NaN);
      writer.scalar("train/loss", Long.MAX_VALUE, 1e300);
      file = writer.file();
    }

    assertThat(file.getFileName().toString())
        .matches("events\\.out\\.tfevents\\.1700000000\\.[A-Za-z0-9_-]+\\.\\d+\\..*");
    assertThat(EventFile.read(file)).containsExactly(
        new Event(1_700_000_000.25, 0, "brain.Event:2", null, null, Float.NaN),
        new Event(1_700_000_000.25, 0, null, null, "train/loss", 2.25f),
        new Event(1_700_000_000.25, 127, null, null, "train/lr", 1e-3f),
        new Event(1_700_000_000.25, 128, null, null, "größe", Float.NaN),
        new Event(1_700_000_000.25, Long.MAX_VALUE, null, null, "train/loss", Float.POSITIVE_INFINITY));
  }

  @Test
  void epochsAreWrittenUnderTheirColumnsAndAreThereAtOnce() throws IOException {
    try (TensorBoardWriter writer = TensorBoardWriter.create(folder())) {
      writer.epoch(SummaryCsvTest.epoch(3), 400);
      writer.epoch(SummaryCsvTest.untested(4), 500);

      List<Event> events = EventFile.read(writer.file());
      assertThat(events).filteredOn(event -> event.step() == 400).extracting(Event::tag).containsExactly("epoch/epoch",
          "epoch/train_loss", "epoch/train_top1", "epoch/eval_loss", "epoch/eval_top1", "epoch/eval_top5", "epoch/lr",
          "epoch/images_per_second", "epoch/resident_mb", "epoch/firing_rate", "epoch/seconds", "epoch/eval_loss_ema",
          "epoch/eval_top1_ema", "epoch/eval_top5_ema");
      assertThat(events).filteredOn(event -> event.step() == 500).extracting(Event::tag, Event::value)
          .contains(tuple("epoch/train_loss", 2.25f)).hasSize(6);
    }
  }

  @Test
  void valuesOfALongEpochAreSeenMeanwhile() throws IOException {
    AtomicLong millis = new AtomicLong(CLOCK.millis());
    Clock clock = new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Instant instant() {
        return Instant.ofEpochMilli(millis.get());
      }
    };
    try (TensorBoardWriter writer = TensorBoardWriter.open(folder(), clock)) {
      writer.scalar("train/loss", 1, 2);
      assertThat(EventFile.read(writer.file())).hasSize(1);
      millis.addAndGet(120_000);
      writer.scalar("train/loss", 2, 2);
      assertThat(EventFile.read(writer.file())).hasSize(3);
      writer.scalar("train/loss", 3, 2);
      assertThat(EventFile.read(writer.file())).hasSize(3);
    }
  }

  @Test
  void resumedRunsFileSortsBehindAndTellsWhereItGoesOn() throws IOException {
    String first;
    try (TensorBoardWriter writer = TensorBoardWriter.open(folder(), CLOCK)) {
      writer.scalar("train/loss", 7, 1);
      first = writer.file().getFileName().toString();
    }
    Clock slow = Clock.offset(CLOCK, Duration.ofDays(-1));
    try (TensorBoardWriter writer = TensorBoardWriter.resume(folder(), 6, slow)) {
      String second = writer.file().getFileName().toString();
      assertThat(second).isGreaterThan(first).startsWith("events.out.tfevents.1700000001.");
      assertThat(EventFile.read(writer.file())).extracting(Event::step, Event::version, Event::sessionStatus)
          .containsExactly(tuple(0L, "brain.Event:2", null),
              tuple(6L, null, 1L));
    }
  }

  @Test
  void badInputIsNamed() throws IOException {
    assertThatThrownBy(() -> TensorBoardWriter.create(run.resolve("none").resolve("tensorboard")))
        .isInstanceOf(IOException.class).hasMessageContaining("none");
    TensorBoardWriter writer = TensorBoardWriter.create(folder());
    assertThatThrownBy(() -> writer.scalar("a", -1, 0)).hasMessage("step must be at least 0, got -1");
    assertThatThrownBy(() -> writer.scalar("", 1, 0)).hasMessage("tag must not be empty");
    assertThatThrownBy(() -> TensorBoardWriter.resume(folder(), -1)).hasMessage("step must be at least 0, got -1");
    writer.close();
    writer.close();
    assertThatThrownBy(() -> {
      writer.scalar("a", 1, 0);
      writer.flush();
    }).isInstanceOf(IOException.class).hasMessageContaining(writer.file().toString());
    try (Stream<Path> files = Files.list(folder())) {
      assertThat(files).containsExactly(writer.file());
    }
  }
}
