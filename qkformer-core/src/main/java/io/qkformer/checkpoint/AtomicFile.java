package io.qkformer.checkpoint;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a file by a finished one or not at all: the content is written aside in the same folder, forced to
 * the disk, and renamed over the target. Whoever opens the target sees the old content or the new, never a
 * part, even after a crash or with a full disk.
 */
public final class AtomicFile {
  private static final Logger LOG = LoggerFactory.getLogger(AtomicFile.class);
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int LONGEST_NAME_HINT = 80;

  private AtomicFile() {}

  /** Writes a file's whole content. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes the content; the stream is buffered, and is flushed and closed by the caller.
     *
     * @throws IOException if the content cannot be written: the target then stays as it was
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes {@code target}, replacing what is there. A symbolic link is followed: the file that it names is
   * replaced. An interrupt of the calling thread counts as a failure.
   *
   * @throws IOException if the folder is missing or not writable, the disk is full, the target is something
   *     else than a regular file, or {@code content} fails; the message names the target, the old file is
   *     intact and nothing is left beside it. Exceptions of {@code content} other than IOException pass
   *     through, to the same effect.
   */
  public static void write(Path target, Content content) throws IOException {
    Objects.requireNonNull(content, "content");
    try {
      Path file = resolve(target);
      Path aside = file.resolveSibling(asideName(file));
      boolean renamed = false;
      try {
        writeAside(aside, content);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        renamed = true;
      } finally {
        if (!renamed) {
          remove(aside);
        }
      }
      forceFolder(file.getParent());
    } catch (IOException e) {
      throw new IOException("cannot write " + target + ": " + reason(e), e);
    }
  }

  private static Path resolve(Path target) throws IOException {
    Path file = Files.isSymbolicLink(target) ? target.toRealPath() : target.toAbsolutePath();
    Path folder = file.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException(folder + " is not an existing folder; create it first");
    }
    // A rename would turn a device such as /dev/null into a regular file.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException("it exists and is not a regular file");
    }
    return file;
  }

  private static String asideName(Path file) {
    String name = file.getFileName().toString();
    String hint = name.substring(0, Math.min(name.length(), LONGEST_NAME_HINT));
    return "." + hint + "." + UUID.randomUUID() + ".tmp";
  }

  private static void writeAside(Path aside, Content content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
      content.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  private static void remove(Path aside) {
    try {
      Files.deleteIfExists(aside);
    } catch (IOException e) {
      LOG.warn("could not remove the unfinished file {}", aside, e);
    }
  }

  /**
   * Makes what was created, renamed or removed in a folder durable. Some systems cannot force a folder; this is
   * logged, as files are complete all the same.
   */
  public static void forceFolder(Path folder) {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      LOG.warn("could not force the folder {} to the disk; a power failure now may bring back the old file",
          folder, e);
    }
  }

  private static String reason(IOException e) {
    String kind = e.getClass().getSimpleName();
    return e.getMessage() == null ? kind : kind + ": " + e.getMessage();
  }
}
