package io.qkformer.train.event.format;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes arrays into a zip file. */
final class NpzOutput implements Closeable {
  /** The first that a zip file knows: the same arrays give the same bytes. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final ZipOutputStream zip;
  private final NpzCompression compression;

  /** Writes the elements of an array; called twice where nothing is compressed. */
  @FunctionalInterface
  interface Elements {
    void writeTo(OutputStream out) throws IOException;
  }

  NpzOutput(OutputStream out, NpzCompression compression) {
    this.zip = new ZipOutputStream(out);
    this.compression = compression;
  }

  /** Adds an array. */
  void add(String name, NpyType type, Elements elements, long... shape) throws IOException {
    byte[] header = NpyHeader.write(type, shape);
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setTimeLocal(NO_TIME);
    if (compression == NpzCompression.STORED) {
      // the size and the checksum stand in front of what is not compressed
      long count = new NpyHeader(header.length, type, false, shape).elements().orElseThrow();
      long bytes = header.length + count * type.bytes();
      CheckedOutputStream sum = new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
      sum.write(header);
      elements.writeTo(sum);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(bytes);
      entry.setCompressedSize(bytes);
      entry.setCrc(sum.getChecksum().getValue());
    }
    zip.putNextEntry(entry);
    zip.write(header);
    elements.writeTo(zip);
    zip.closeEntry();
  }

  /** Adds a text, which is no array. */
  void addText(String name, String text) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  /** Completes the archive; the stream below stays open. */
  @Override
  public void close() throws IOException {
    zip.finish();
  }
}
