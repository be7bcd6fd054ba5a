package io.qkformer.train.event.dataset;

import io.qkformer.train.data.DatasetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
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

  /** Counts an entry, whether it is unpacked or left out: skipping takes time too. */
  void countEntry() throws DatasetException {
    entries++;
    if (entries > limits.entries()) {
      throw new DatasetException(archive + ": expected at most " + limits.entries() + " entries, got more");
    }
  }

  void addFolder(String name) throws IOException {
    Path path = resolve(name);
    try {
      Files.createDirectories(path);
    } catch (FileSystemException e) {
      throw refusedByDisk(name, path, e);
    }
  }

  /** Copies a file to its end. */
  void addFile(String name, InputStream content) throws IOException {
    Path file = resolve(name);
    if (file.equals(folder)) {
      throw new DatasetException(archive + ": expected a name of each entry, got \"" + name + "\"");
    }
    try (OutputStream out = create(name, file)) {
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

  private OutputStream create(String name, Path file) throws IOException {
    try {
      Files.createDirectories(file.getParent());
      return Files.newOutputStream(file);
    } catch (FileSystemException e) {
      throw refusedByDisk(name, file, e);
    }
  }

  /** A file where a folder is needed or the other way round, or a name that this file system has not. */
  private DatasetException refusedByDisk(String name, Path path, FileSystemException cause) {
    boolean clash = cause instanceof FileAlreadyExistsException || Files.exists(path);
    String problem = clash ? "expected entries whose names can lie beside each other, got " + quote(name)
        + " where another entry is a file or folder" : "expected entries that can be written to " + folder.getParent()
        + ", got " + quote(name) + " (" + (cause.getReason() == null ? cause.toString() : cause.getReason()) + ")";
    return new DatasetException(archive + ": " + problem + "; nothing was unpacked", cause);
  }

  private Path resolve(String name) throws DatasetException {
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
    return new DatasetException(archive + ": expected entries below one folder, got " + quote(name)
        + "; nothing was unpacked", cause);
  }

  private static String quote(String name) {
    return '"' + name.substring(0, Math.min(name.length(), 80)).replaceAll("[^ -~]", "?") + '"';
  }
}
