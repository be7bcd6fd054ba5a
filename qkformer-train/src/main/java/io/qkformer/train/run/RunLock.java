package io.qkformer.train.run;

import io.qkformer.checkpoint.AtomicFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * Lets one process at a time work in a folder. The system's file lock decides, which ends with the process however it
 * dies. Who holds it stands in a second file: POSIX drops a process's locks on a file as soon as that process closes
 * any channel of the file, so the holder must not open it again, not even to look.
 */
final class RunLock implements Closeable {

  private static final UUID THIS_PROCESS = UUID.randomUUID();

  private final Path holderFile;
  private final FileChannel channel;

  private RunLock(Path holderFile, FileChannel channel) {
    this.holderFile = holderFile;
    this.channel = channel;
  }

  /** Who holds or held a lock; the id tells apart processes that had the same pid. */
  private record Holder(String pid, String id) {

    static Optional<Holder> read(Path file) {
      try {
        String[] words = Files.readString(file, StandardCharsets.UTF_8).trim().split(" ");
        return words.length == 2 ? Optional.of(new Holder(words[0], words[1])) : Optional.empty();
      } catch (IOException e) {
        return Optional.empty();
      }
    }

    boolean isThisProcess() {
      return id.equals(THIS_PROCESS.toString());
    }
  }

  /**
   * Locks a folder.
   *
   * @throws RunLockedException when it is locked
   * @throws IOException when the lock cannot be created
   */
  static RunLock acquire(Path folder) throws IOException {
    Path holderFile = folder.resolve(RunFiles.LOCK_HOLDER);
    Optional<Holder> holder = Holder.read(holderFile);
    if (holder.isPresent() && holder.get().isThisProcess()) {
      throw new RunLockedException("this process (pid " + holder.get().pid() + ")", folder);
    }
    FileChannel channel = FileChannel.open(folder.resolve(RunFiles.LOCK), StandardOpenOption.CREATE,
        StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      if (tryLock(channel).isEmpty()) {
        throw new RunLockedException("another process (pid " + holder.map(Holder::pid).orElse("unknown") + ")", folder);
      }
      String line = ProcessHandle.current().pid() + " " + THIS_PROCESS + "\n";
      AtomicFile.write(holderFile, out -> out.write(line.getBytes(StandardCharsets.UTF_8)));
      locked = true;
      return new RunLock(holderFile, channel);
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      try {
        Files.deleteIfExists(holderFile);
      } finally {
        channel.close();
      }
    }
  }
}
