package io.qkformer.train.report;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes scalars into an event file that TensorBoard opens: {@code tensorboard --logdir FOLDER}. Format:
 * https://www.tensorflow.org/tutorials/load_data/tfrecord (framing) and tensorflow/core/util/event.proto. Not
 * thread-safe.
 *
 * <p>Steps count the optimizer's steps throughout, those of values of an epoch too: a resumed training takes back what
 * a killed one wrote after its checkpoint by the step alone.
 */
public final class TensorBoardWriter implements Closeable {

  private static final Pattern NAME = Pattern.compile("events\\.out\\.tfevents\\.(\\d{1,18})\\..*");
  private static final int BUFFER_BYTES = 1 << 16;
  /** As TensorFlow's own writer. */
  private static final long SHOWN_AFTER_MILLIS = 120_000;

  private final Path file;
  private final Clock clock;
  private final FileChannel channel;
  private final OutputStream out;
  private long shown;

  private TensorBoardWriter(Path folder, Clock clock) throws IOException {
    this.clock = clock;
    this.file = folder.resolve(name(folder, clock));
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    this.out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
    this.shown = clock.millis();
  }

  /**
   * Opens a new event file for a training that begins.
   *
   * @param folder is created if need be; its parent must exist
   * @throws IOException when the folder or the file cannot be created
   */
  public static TensorBoardWriter create(Path folder) throws IOException {
    return open(folder, Clock.systemUTC(), new byte[0][]);
  }

  /**
   * Opens a further event file for a training that goes on. TensorBoard drops what earlier files hold of this step
   * and later ones.
   *
   * @param folder    of the earlier files
   * @param firstStep the next that will be written, at least 0
   * @throws IllegalArgumentException when the step is negative
   * @throws IOException when the file cannot be created
   */
  public static TensorBoardWriter resume(Path folder, long firstStep) throws IOException {
    return resume(folder, firstStep, Clock.systemUTC());
  }

  static TensorBoardWriter resume(Path folder, long firstStep, Clock clock) throws IOException {
    return open(folder, clock, TensorBoardEvent.sessionStart(seconds(clock), requireStep(firstStep)));
  }

  static TensorBoardWriter open(Path folder, Clock clock, byte[]... first) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(folder);
    }
    TensorBoardWriter writer = new TensorBoardWriter(folder, clock);
    try {
      writer.append(TensorBoardEvent.version(seconds(clock)));
      for (byte[] event : first) {
        writer.append(event);
      }
      writer.flush();
    } catch (IOException e) {
      writer.channel.close();
      throw e;
    }
    return writer;
  }

  /** A name that sorts behind those that are there: TensorBoard reads the files in this order. */
  private static String name(Path folder, Clock clock) throws IOException {
    long time = clock.instant().getEpochSecond();
    try (Stream<Path> files = Files.list(folder)) {
      long last = files.map(path -> NAME.matcher(path.getFileName().toString())).filter(Matcher::matches)
          .mapToLong(matcher -> Long.parseLong(matcher.group(1))).max().orElse(Long.MIN_VALUE);
      time = Math.max(time, last == Long.MIN_VALUE ? time : last + 1);
    }
    return String.format(Locale.ROOT, "events.out.tfevents.%010d.%s.%d.qkformer", time, host(),
        ProcessHandle.current().pid());
  }

  private static String host() {
    String host = System.getenv("HOSTNAME");
    return host == null || host.isEmpty() ? "localhost" : host.replaceAll("[^A-Za-z0-9-]", "_");
  }

  private static double seconds(Clock clock) {
    return clock.millis() / 1e3;
  }

  private static long requireStep(long step) {
    if (step < 0) {
      throw new IllegalArgumentException("step must be at least 0, got " + step);
    }
    return step;
  }

  /** The file that is written. */
  public Path file() {
    return file;
  }

  /**
   * Writes a value, rounded to float. NaN and infinities are written too. TensorBoard sees it with the first value
   * that comes two minutes after the last flush, if there is none before.
   *
   * @param tag  such as {@code train/loss}; tags of one prefix are shown together
   * @param step of the optimizer, at least 0
   * @throws IllegalArgumentException when the step is negative or the tag is empty
   * @throws IOException when the file cannot be written
   */
  public void scalar(String tag, long step, double value) throws IOException {
    if (Objects.requireNonNull(tag, "tag").isEmpty()) {
      throw new IllegalArgumentException("tag must not be empty");
    }
    append(TensorBoardEvent.scalar(seconds(clock), requireStep(step), tag, (float) value));
    if (clock.millis() - shown >= SHOWN_AFTER_MILLIS) {
      flush();
    }
  }

  /**
   * Writes what an epoch came to, each value that was measured under a tag {@code epoch/COLUMN} with the name of its
   * column in summary.csv, and makes the file durable.
   *
   * @param step the last of the epoch
   * @throws IOException when the file cannot be written
   */
  public void epoch(EpochMetrics metrics, long step) throws IOException {
    scalar("epoch/epoch", step, metrics.epoch());
    for (SummaryCsv.Column column : SummaryCsv.COLUMNS) {
      double value = column.value().applyAsDouble(metrics);
      if (!Double.isNaN(value)) {
        scalar("epoch/" + column.name(), step, value);
      }
    }
    flush();
  }

  /**
   * Makes durable what was written.
   *
   * @throws IOException when the file cannot be written
   */
  public void flush() throws IOException {
    try {
      out.flush();
      channel.force(false);
      shown = clock.millis();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void append(byte[] event) throws IOException {
    try {
      out.write(TensorBoardEvent.record(event));
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private IOException failure(IOException e) {
    return new IOException("cannot write " + file + ": " + e.getMessage(), e);
  }

  @Override
  public void close() throws IOException {
    if (!channel.isOpen()) {
      return;
    }
    try {
      flush();
    } finally {
      channel.close();
    }
  }
}
