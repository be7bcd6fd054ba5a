package io.qkformer.train.event.format;

import io.qkformer.train.event.EventFileException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file read through a buffer, that knows where it is for messages. */
final class ByteInput implements Closeable {
  /** Smaller requests leave a disk waiting: with 256 KB a file of 1 GB took half as long again. */
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int LEAST_BUFFER_BYTES = 1 << 12;
  /** From here on, 256 MB, a file is read by a thread of its own, past the page cache. */
  private static final long LARGE = 1 << 28;

  private final String name;
  private final SeekableByteChannel channel;
  private final long size;
  private final ByteBuffer buffer;
  /** Where in the file the buffer's first byte lies. */
  private long start;

  private ByteInput(String name, SeekableByteChannel channel, ByteOrder order) throws IOException {
    this.name = name;
    this.channel = channel;
    this.size = channel.size();
    this.buffer = ByteBuffer.allocate((int) Math.max(LEAST_BUFFER_BYTES, Math.min(size, BUFFER_BYTES))).order(order).limit(0);
  }

  static ByteInput open(Path file, ByteOrder order) throws IOException {
    return of(file, Files.size(file) < LARGE ? FileChannel.open(file) : PrefetchedFile.open(file), order);
  }

  /** Reads from an open file, which is closed with this, and here if this fails. */
  static ByteInput of(Path file, SeekableByteChannel channel, ByteOrder order) throws IOException {
    try {
      return new ByteInput(file.toString(), channel, order);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** The file's length in bytes. */
  long size() {
    return size;
  }

  /** Offset of the next byte. */
  long position() {
    return start + buffer.position();
  }

  /** Number of bytes up to the end of the file. */
  long remaining() {
    return size - position();
  }

  /** The next byte, which stays the next one. */
  int peek() throws IOException {
    ByteBuffer next = next(1);
    return Byte.toUnsignedInt(next.get(next.position()));
  }

  /**
   * The buffer, with at least so many bytes left in it; what is taken from it is taken from the file.
   *
   * @param bytes at most the file's remaining ones and {@link #LEAST_BUFFER_BYTES}
   */
  ByteBuffer next(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      fill(bytes);
    }
    return buffer;
  }

  private void fill(int bytes) throws IOException {
    start += buffer.position();
    buffer.compact();
    while (buffer.position() < bytes) {
      if (channel.read(buffer) < 0) {
        throw error(start + buffer.position(), "expected " + size + " bytes as when the file was opened, got its end");
      }
    }
    buffer.flip();
  }

  /** Goes on behind the next bytes, which the file has. */
  void skip(long bytes) throws IOException {
    if (bytes <= buffer.remaining()) {
      buffer.position(buffer.position() + (int) bytes);
      return;
    }
    start = position() + bytes;
    channel.position(start);
    buffer.limit(0);
  }

  /** What is wrong at some offset. */
  EventFileException error(long offset, String problem) {
    return EventFileException.at(name, offset, problem);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
