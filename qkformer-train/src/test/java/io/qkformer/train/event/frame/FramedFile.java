package io.qkformer.train.event.frame;

import com.sun.nio.file.ExtendedOpenOption;
import io.qkformer.train.data.Clip;
import io.qkformer.train.event.EventReader;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.format.EventFile;
import io.qkformer.train.event.format.EventFormat;
import io.qkformer.train.event.format.Reading;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;

/**
 * The program that {@link FramingSpeedTest} runs with a small heap: writes a large AEDAT 3.1 file, copies it past the page
 * cache, and frames the copy, which is then read from the disk. Prints {@code bytes disk-seconds frame-seconds events}.
 */
final class FramedFile {
  private static final int BLOCK = 1 << 16;
  private static final int SIDE = 128;
  private static final int FRAMES = 16;
  /** An event of a file, and its share of a packet's header. */
  private static final int EVENT_BYTES = 8;
  private static final int COPIED = 1 << 20;
  private static final double NANOS = 1e9;

  private FramedFile() { }

  /** Events that fill a file of about so many bytes, some each microsecond. */
  private static EventReader events(long bytes) {
    long count = bytes / EVENT_BYTES;
    return new EventReader() {
      private long made;

      @Override
      public Optional<Events> next() {
        int size = (int) Math.min(BLOCK, count - made);
        if (size == 0) {
          return Optional.empty();
        }
        long[] t = new long[size];
        char[] x = new char[size];
        char[] y = new char[size];
        byte[] p = new byte[size];
        for (int i = 0; i < size; i++) {
          long hash = (made + i) * 0x9E3779B97F4A7C15L;
          t[i] = (made + i) / 8;
          x[i] = (char) (hash >>> 57);
          y[i] = (char) (hash >>> 50 & SIDE - 1);
          p[i] = (byte) (hash >>> 49 & 1);
        }
        made += size;
        return Optional.of(Events.wrap(t, x, y, p, size));
      }

      @Override
      public void close() {
        // nothing is open
      }
    };
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    long bytes = Long.parseLong(arguments[1]);
    Path cached = folder.resolve("cached.aedat");
    Path file = folder.resolve("large.aedat");
    new EventFile(cached, EventFormat.AEDAT_3_1, Reading.FORMAT).write(() -> events(bytes));
    copyPastTheCache(cached, file);
    double disk = readPastTheCache(file);
    EventFile source = new EventFile(file, EventFormat.AEDAT_3_1, Reading.FORMAT, new SensorSize(SIDE, SIDE));
    long start = System.nanoTime();
    Clip clip = FrameIntegrator.integrate(source, new SensorSize(SIDE, SIDE), new FramesByNumber(FRAMES));
    double framed = (System.nanoTime() - start) / NANOS;
    double sum = 0;
    for (float value : clip.values()) {
      sum += value;
    }
    System.out.printf(Locale.ROOT, "%d %.3f %.3f %.0f%n", Files.size(file), disk, framed, sum);
  }

  private static ByteBuffer aligned(Path file) throws IOException {
    int block = (int) Files.getFileStore(file).getBlockSize();
    return ByteBuffer.allocateDirect(COPIED + block).alignedSlice(block).slice(0, COPIED).alignedSlice(block);
  }

  /** Whole blocks without the cache, what remains with it. */
  private static void copyPastTheCache(Path from, Path to) throws IOException {
    long whole = Files.size(from) / COPIED * COPIED;
    try (FileChannel in = FileChannel.open(from); FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT)) {
      ByteBuffer buffer = aligned(from);
      for (long at = 0; at < whole; at += COPIED) {
        buffer.clear();
        while (buffer.hasRemaining()) {
          in.read(buffer);
        }
        out.write(buffer.flip(), at);
      }
    }
    try (FileChannel in = FileChannel.open(from); FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE)) {
      out.position(whole);
      in.transferTo(whole, Files.size(from) - whole, out);
    }
    Files.delete(from);
  }

  /** Returns the seconds that the disk takes for the file. */
  private static double readPastTheCache(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ, ExtendedOpenOption.DIRECT)) {
      ByteBuffer buffer = aligned(file);
      long start = System.nanoTime();
      while (in.read(buffer) == COPIED) {
        buffer.clear();
      }
      return (System.nanoTime() - start) / NANOS;
    }
  }
}
