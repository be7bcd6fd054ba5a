package io.qkformer.train.event.format;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A large file that a thread of its own reads from the first byte to the last, ahead of whoever works on it, and past the
 * system's page cache where that can be had: the cache fetches a file that one thread reads in small pieces, each waited
 * for, at a fraction of the disk's speed, and a recording of this size would drive everything else out of it.
 *
 * <p>It can be read forwards only. For one thread.
 */
final class PrefetchedFile implements SeekableByteChannel {
  /** What is asked of the disk at a time. */
  private static final int SEGMENT = 1 << 20;
  /** Segments that are read or wait to be. */
  private static final int SEGMENTS = 4;

  private final FileChannel channel;
  /** What the places of reads are multiples of. */
  private final int alignment;
  private final long size;
  private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(SEGMENTS);
  private final BlockingQueue<Item> waiting = new ArrayBlockingQueue<>(SEGMENTS + 1);
  private final Thread thread;
  private volatile boolean open = true;
  private Item current = new Item(0, ByteBuffer.allocate(0), null);
  private long position;

  /** A segment and where it begins; without bytes how the reading ended, with a failure or well. */
  private record Item(long start, ByteBuffer bytes, Throwable failure) {
    boolean isLast() {
      return bytes == null;
    }

    long end() {
      return start + bytes.limit();
    }
  }

  private PrefetchedFile(Path file, FileChannel channel, int alignment) throws IOException {
    this.channel = channel;
    this.alignment = alignment;
    this.size = channel.size();
    for (int i = 0; i < SEGMENTS; i++) {
      free.add(ByteBuffer.allocateDirect(SEGMENT + alignment).alignedSlice(alignment).limit(SEGMENT).slice());
    }
    this.thread = new Thread(this::readAll, "qkformer-disk " + file.getFileName());
    thread.setDaemon(true);
    thread.start();
  }

  /** Opens a file and starts to read it. */
  static PrefetchedFile open(Path file) throws IOException {
    long block = blockSize(file);
    boolean direct = Long.bitCount(block) == 1 && block <= SEGMENT;
    return open(file, direct ? openDirect(file) : FileChannel.open(file), direct ? (int) block : 1);
  }

  /** Reads ahead from an open file, which is closed with this, and here if this fails. */
  static PrefetchedFile open(Path file, FileChannel channel, int alignment) throws IOException {
    try {
      return new PrefetchedFile(file, channel, alignment);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** What reads past the cache must be aligned to; 0 where that is not to be had. */
  private static long blockSize(Path file) {
    try {
      return Files.getFileStore(file).getBlockSize();
    } catch (UnsupportedOperationException | IOException e) {
      // a file system may not tell, and Linux finds no mount point in some containers: then through the cache
      return 0;
    }
  }

  private static FileChannel openDirect(Path file) throws IOException {
    try {
      return FileChannel.open(file, StandardOpenOption.READ, ExtendedOpenOption.DIRECT);
    } catch (UnsupportedOperationException | IOException e) {
      // file systems in memory, for instance, have nothing to go past; whatever else is wrong shows again here
      return FileChannel.open(file);
    }
  }

  private void readAll() {
    Throwable failure = null;
    try {
      boolean more = true;
      for (long at = 0; at < size && more && open; at += SEGMENT) {
        ByteBuffer segment = free.take().clear();
        more = fill(segment, at);
        waiting.put(new Item(at, segment.flip(), null));
      }
    } catch (InterruptedException e) {
      // closed
      return;
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
    waiting.add(new Item(size, null, failure));
  }

  /**
   * Reads a segment, however many calls that takes: a network's file system may give less than was asked for.
   *
   * @return whether the segment is whole; one that is not is the file's last
   */
  private boolean fill(ByteBuffer segment, long at) throws IOException {
    while (segment.hasRemaining() && at + segment.position() < size) {
      int read = channel.read(segment, at + segment.position());
      // past the cache, reads begin at whole blocks: behind a part of one there is only the end of the file
      if (read <= 0 || segment.position() % alignment != 0) {
        return false;
      }
    }
    return !segment.hasRemaining();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (!open) {
      throw new ClosedChannelException();
    }
    while (!current.isLast() && position >= current.end()) {
      take();
    }
    if (current.failure() != null) {
      throw new IOException(current.failure().getMessage(), current.failure());
    }
    // a file that was cut off meanwhile ends in the middle of a segment
    if (current.isLast() || position < current.start()) {
      return -1;
    }
    ByteBuffer segment = current.bytes();
    segment.position((int) (position - current.start()));
    int count = Math.min(segment.remaining(), target.remaining());
    target.put(target.position(), segment, segment.position(), count);
    target.position(target.position() + count);
    position += count;
    return count;
  }

  private void take() {
    if (current.bytes().capacity() == SEGMENT) {
      free.add(current.bytes());
    }
    try {
      current = waiting.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading a file", e);
    }
  }

  @Override
  public long position() {
    return position;
  }

  /**
   * Goes forwards.
   *
   * @throws IllegalArgumentException if this is backwards
   */
  @Override
  public SeekableByteChannel position(long newPosition) {
    if (newPosition < position) {
      throw new IllegalArgumentException("position: expected at least " + position + ", got " + newPosition
          + "; a file that is read ahead goes forwards only");
    }
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    open = false;
    thread.interrupt();
    channel.close();
  }

  /** Refused: the file is read only. */
  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  /** Refused: the file is read only. */
  @Override
  public SeekableByteChannel truncate(long newSize) {
    throw new NonWritableChannelException();
  }
}
