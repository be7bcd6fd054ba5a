package io.qkformer.train.event.dataset;

import io.qkformer.train.data.DatasetException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Unpacks zip, tar and tar.gz files, completely or not at all. */
public final class Archives {
  private static final Logger LOG = LoggerFactory.getLogger(Archives.class);

  private Archives() { }

  /**
   * Unpacks an archive. What it holds is put aside first, in the same place, and renamed when it is complete. An
   * archive that holds a single folder with the name of the target becomes that folder.
   *
   * @param archive a file whose name ends in .zip, .tar, .tar.gz or .tgz
   * @param folder where the contents go; must not exist
   * @throws DatasetException if the archive is damaged, exceeds the limits, or has an entry that would lie outside of
   *     the folder; then nothing is left
   * @throws FileAlreadyExistsException if the folder exists
   * @throws IOException if the archive cannot be read or the folder cannot be written
   */
  public static void unpack(Path archive, Path folder, ArchiveLimits limits) throws IOException {
    Path target = folder.toAbsolutePath().normalize();
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Path aside = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    LOG.info("unpacking {} into {}", archive, target);
    try {
      Files.createDirectories(aside);
      fill(archive, new Unpacker(archive, aside, limits));
      Files.move(contents(aside, target.getFileName().toString()), target);
    } catch (ZipException | EOFException e) {
      throw new DatasetException(archive + " is damaged: " + e.getMessage(), e);
    } finally {
      delete(aside);
    }
  }

  private static void fill(Path archive, Unpacker unpacker) throws IOException {
    String name = archive.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".zip")) {
      unzip(archive, unpacker);
    } else if (name.endsWith(".tar")) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(archive))) {
        untar(new TarInput(archive, in), unpacker);
      }
    } else if (name.endsWith(".tar.gz") || name.endsWith(".tgz")) {
      try (InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
        untar(new TarInput(archive, in), unpacker);
      }
    } else {
      throw new DatasetException(archive + ": expected an archive that ends in .zip, .tar, .tar.gz or .tgz");
    }
  }

  private static Path contents(Path aside, String name) throws IOException {
    try (Stream<Path> paths = Files.list(aside)) {
      List<String> names = paths.map(path -> path.getFileName().toString())
          .filter(top -> !top.startsWith(".") && !top.equals("__MACOSX")).toList();
      return names.equals(List.of(name)) && Files.isDirectory(aside.resolve(name)) ? aside.resolve(name) : aside;
    }
  }

  private static void unzip(Path archive, Unpacker unpacker) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        unpacker.countEntry();
        if (entry.isDirectory()) {
          unpacker.addFolder(entry.getName());
        } else {
          try (CheckedEntry content = new CheckedEntry(zip, entry)) {
            unpacker.addFile(entry.getName(), content);
          }
        }
      }
    } catch (IllegalArgumentException e) {
      throw new DatasetException(archive + " is damaged: " + e.getMessage(), e);
    }
  }

  private static void untar(TarInput tar, Unpacker unpacker) throws IOException {
    while (tar.next()) {
      unpacker.countEntry();
      switch (tar.kind()) {
        case FOLDER -> unpacker.addFolder(tar.name());
        case FILE -> unpacker.addFile(tar.name(), tar);
        case OTHER -> { }
      }
    }
  }

  /** Deletes a folder and what is in it; it may be absent. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> inside;
    try (Stream<Path> paths = Files.walk(folder)) {
      inside = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : inside) {
      Files.delete(path);
    }
  }
}
