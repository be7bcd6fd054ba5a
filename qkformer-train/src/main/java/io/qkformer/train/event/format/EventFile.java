package io.qkformer.train.event.format;

import io.qkformer.checkpoint.AtomicFile;
import io.qkformer.train.event.EventFileException;
import io.qkformer.train.event.EventReader;
import io.qkformer.train.event.EventSource;
import io.qkformer.train.event.SensorSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A file of events, read block by block in bounded memory whenever it is opened, whatever its size. Every length and
 * coordinate is checked.
 *
 * @param path the file
 * @param format what it is
 * @param reading how it is understood
 * @param sensor the camera; an event beyond it is an error
 */
public record EventFile(Path path, EventFormat format, Reading reading, SensorSize sensor) implements EventSource {
  /** Checks that nothing is missing. */
  public EventFile {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(reading, "reading");
    Objects.requireNonNull(sensor, "sensor");
  }

  /** A file of a camera of any size. */
  public EventFile(Path path, EventFormat format, Reading reading) {
    this(path, format, reading, SensorSize.LARGEST);
  }

  /**
   * Returns a file whose format its name and first line tell; see {@link EventFormat#of}.
   *
   * @throws IOException if they do not
   */
  public static EventFile detect(Path path, Reading reading, SensorSize sensor) throws IOException {
    return new EventFile(path, EventFormat.of(path), reading, sensor);
  }

  /**
   * Starts to read.
   *
   * @throws EventFileException here or by the reader's {@code next()} if the file contradicts its format, is cut off,
   *     or has an event beyond the sensor; the message names the file, the byte, the value and what was expected
   * @throws IOException if it cannot be read
   */
  @Override
  public EventReader open() throws IOException {
    return switch (format) {
      case AEDAT_3_1 -> new Aedat31Reader(path, reading, sensor);
      case AEDAT_2_0 -> new Aedat20Reader(path, reading, sensor);
      case N_MNIST -> new NMnistReader(path, reading, sensor);
      case NPZ -> new NpzEventReader(path, sensor);
    };
  }

  /** Known for archives, and in {@link Reading#SPIKINGJELLY}, which keeps all events, for AEDAT 2.0 and N-MNIST. */
  @Override
  public OptionalLong count() throws IOException {
    try (EventReader reader = open()) {
      return reader.count();
    }
  }

  /**
   * Writes events, so that reading the file gives them back; an old file is replaced when the new one is complete.
   * Archives are deflated and of int64, as SpikingJelly's; {@link NpzEvents} writes others.
   *
   * @throws IllegalArgumentException if the format cannot hold an event: AEDAT 3.1 takes x and y below 32,768, AEDAT
   *     2.0 below 128 and times below 2^31, N-MNIST below 256 (and no y = 240 in {@link Reading#FORMAT}), all three
   *     polarities 0 and 1 and times from 0; the message names the event
   * @throws IOException if the source cannot be read or the file cannot be written; the old one is intact
   */
  public void write(EventSource source) throws IOException {
    switch (format) {
      case AEDAT_3_1 -> AtomicFile.write(path, out -> Aedat31.write(out, source));
      case AEDAT_2_0 -> AtomicFile.write(path, out -> Aedat20.write(out, source, reading));
      case N_MNIST -> AtomicFile.write(path, out -> NMnist.write(out, source, reading));
      case NPZ -> NpzEvents.write(path, source, NpzEvents.Types.INT64, NpzCompression.DEFLATED);
    }
  }
}
