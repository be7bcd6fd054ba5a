package io.qkformer.train.event.format;

import io.qkformer.train.event.EventFileException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The elements of an array in a zip file, one after the other; length and checksum are checked at the end. */
final class NpyInput implements Closeable {
  private static final int BUFFER_BYTES = 1 << 15;

  private final String name;
  private final ZipEntry entry;
  private final CheckedInputStream in;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
  private NpyHeader header;
  private long elements;
  /** Bytes taken from the stream. */
  private long position;

  private NpyInput(String name, ZipEntry entry, InputStream in) {
    this.name = name;
    this.entry = entry;
    this.in = new CheckedInputStream(in, new CRC32());
  }

  static NpyInput open(String name, ZipFile zip, ZipEntry entry) throws IOException {
    InputStream stream;
    try {
      stream = zip.getInputStream(entry);
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw EventFileException.in(name, "cannot be unpacked: " + e.getMessage(), e);
    }
    NpyInput input = new NpyInput(name, entry, stream);
    try {
      input.readHeader();
      return input;
    } catch (IOException | RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  private void readHeader() throws IOException {
    try {
      header = NpyHeader.read(in);
    } catch (NpyHeader.BadHeader e) {
      throw EventFileException.at(name, 0, e.getMessage());
    } catch (ZipException | EOFException e) {
      throw damaged(e);
    }
    // what is announced must be what is there, before anything is made in that size
    long bytes = header.elements().orElse(Long.MAX_VALUE);
    elements = bytes;
    bytes = bytes > Long.MAX_VALUE / header.type().bytes() ? Long.MAX_VALUE : bytes * header.type().bytes();
    position = header.bytes();
    if (bytes != entry.getSize() - position) {
      throw EventFileException.at(name, position, "array of shape " + shapeText() + " and type " + header.type()
          + ": expected " + bytes + " bytes, got " + (entry.getSize() - position));
    }
  }

  /** The array, for messages. */
  String name() {
    return name;
  }

  NpyHeader header() {
    return header;
  }

  long elements() {
    return elements;
  }

  String shapeText() {
    return Arrays.toString(header.shape());
  }

  /** A buffer that begins with the next element, in the type's order of bytes. */
  private ByteBuffer element() throws IOException {
    int bytes = header.type().bytes();
    if (buffer.remaining() < bytes) {
      buffer.compact();
      fill(bytes);
      buffer.flip().order(header.type().order());
    }
    position += bytes;
    return buffer;
  }

  private void fill(int bytes) throws IOException {
    while (buffer.position() < bytes) {
      int read;
      try {
        read = in.read(buffer.array(), buffer.position(), buffer.remaining());
      } catch (ZipException | EOFException e) {
        throw damaged(e);
      }
      if (read < 0) {
        throw EventFileException.in(name, "expected " + elements + " elements, got the end before");
      }
      buffer.position(buffer.position() + read);
    }
  }

  /** The next element, of an array of whole numbers or booleans. */
  long nextWhole() throws IOException {
    long value = header.type().readWhole(element());
    if (value < 0 && header.type().kind() == NpyType.Kind.UNSIGNED) {
      throw error("expected at most 2^63 - 1, got " + Long.toUnsignedString(value));
    }
    return value;
  }

  /** The next element. */
  double nextFloating() throws IOException {
    double value = header.type().readFloating(element());
    if (!Double.isFinite(value)) {
      throw error("expected a finite number, got " + value);
    }
    return value;
  }

  /** What is wrong with the element that was read last. */
  EventFileException error(String problem) {
    return EventFileException.at(name, position - header.type().bytes(), problem);
  }

  /** Requires that all elements were read, nothing follows, and the checksum is the archive's. */
  void requireEnd() throws IOException {
    int more;
    try {
      more = buffer.hasRemaining() ? buffer.remaining() : in.read();
    } catch (ZipException | EOFException e) {
      throw damaged(e);
    }
    if (more >= 0) {
      throw EventFileException.in(name, "array of shape " + shapeText() + " and type " + header.type()
          + ": expected its end after " + elements + " elements, got more bytes");
    }
    long sum = in.getChecksum().getValue();
    if (sum != entry.getCrc()) {
      throw EventFileException.in(name, String.format("is damaged: its checksum is %08x, the zip file says %08x", sum,
          entry.getCrc()));
    }
  }

  private EventFileException damaged(IOException e) {
    return EventFileException.in(name, "is damaged: " + e.getMessage(), e);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
