package io.qkformer.train.event.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A recording larger than the heap becomes frames. {@code -Dqkformer.aedat.mb=1024} makes it a gigabyte, with a heap of 256
 * MB, and compares with the disk: the figure in docs/events.md.
 */
class FramingSpeedTest {
  private static final Logger LOG = LoggerFactory.getLogger(FramingSpeedTest.class);
  private static final String MEGABYTES = "qkformer.aedat.mb";
  private static final int DEFAULT = 96;
  private static final int LARGE = 1000;
  /** Times the disk's own time. */
  private static final double SLOWEST = 3;

  @TempDir
  private Path folder;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aRecordingLargerThanTheHeapIsFramed() throws IOException, InterruptedException {
    int megabytes = Integer.getInteger(MEGABYTES, DEFAULT);
    String heap = megabytes >= LARGE ? "-Xmx256m" : "-Xmx48m";
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), heap, "-cp",
        System.getProperty("java.class.path"), FramedFile.class.getName(), folder.toString(),
        Long.toString((long) megabytes << 20)).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    assertThat(process.waitFor()).as(output).isZero();
    String[] figures = output.substring(output.lastIndexOf('\n') + 1).split(" ");
    double bytes = Double.parseDouble(figures[0]);
    double disk = Double.parseDouble(figures[1]);
    double framed = Double.parseDouble(figures[2]);
    LOG.info("{} MB: {} MB/s from the disk, framed at {} MB/s with {}", megabytes, Math.round(bytes / disk / 1e6),
        Math.round(bytes / framed / 1e6), heap);
    assertThat(Long.parseLong(figures[3])).isEqualTo(((long) megabytes << 20) / 8);
    assertThat(bytes).isGreaterThan((double) ((long) megabytes << 20));
    if (megabytes >= LARGE) {
      assertThat(framed).as(output).isLessThan(SLOWEST * disk);
    }
  }
}
