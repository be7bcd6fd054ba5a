package io.qkformer.train.event.dataset;

import io.qkformer.train.data.DatasetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Puts the entries of an archive below a folder, within limits and nowhere else. */
final class Unpacker {
  private static final Pattern SEPARATOR = Pattern.compile("/");
  private static final int LONGEST_NAME = 1024;
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path archive;
  private final Path folder;
  private final ArchiveLimits limits;
  private long entries;
  private long bytes;

  Unpacker(Path archive, Path folder, ArchiveLimits limits) {
    this.archive = archive;
    this.folder = folder;
    this.limits = limits;
  }

  void addFolder(String name) throws IOException {
    Files.createDirectories(resolve(name));
  }

  /** Copies a file to its end. */
  void addFile(String name, InputStream content) throws IOException {
    Path file = resolve(name);
    if (file.equals(folder)) {
      throw new DatasetException(archive + ": expected a name of each entry, got \"" + name + "\"");
    }
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        bytes += read;
        if (bytes > limits.bytes()) {
          throw new DatasetException(archive + ": expected at most " + limits.bytes() + " bytes in all files, got more"
              + " up to " + name);
        }
        out.write(buffer, 0, read);
      }
    }
  }

  private Path resolve(String name) throws DatasetException {
    entries++;
    if (entries > limits.entries()) {
      throw new DatasetException(archive + ": expected at most " + limits.entries() + " entries, got more");
    }
    boolean plain = name.length() <= LONGEST_NAME && !name.startsWith("/") && name.indexOf('\\') < 0
        && name.indexOf('\0') < 0 && SEPARATOR.splitAsStream(name).noneMatch(".."::equals);
    if (plain) {
      try {
        Path path = folder.resolve(name).normalize();
        if (path.startsWith(folder)) {
          return path;
        }
      } catch (InvalidPathException e) {
        throw outside(name, e);
      }
    }
    throw outside(name, null);
  }

  private DatasetException outside(String name, Exception cause) {
    String start = name.substring(0, Math.min(name.length(), 80)).replaceAll("[^ -~]", "?");
    return new DatasetException(archive + ": expected entries below one folder, got \"" + start
        + "\"; nothing was unpacked", cause);
  }
}
