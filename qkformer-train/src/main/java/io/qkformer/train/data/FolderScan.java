package io.qkformer.train.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The images in a class's folder and the folders below it. What ends as an image does is taken for a file without
 * asking the file system, which would take longer than the listing. Links are followed.
 *
 * @param files relative to the class's folder, in order
 * @param folders all that were listed
 */
record FolderScan(NameTable files, List<FolderStamp> folders) {
  /** Scans the folders of the classes, several at once. */
  static List<FolderScan> all(Path split, List<String> classes) throws IOException {
    try {
      return classes.parallelStream().map(name -> of(split, name)).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static FolderScan of(Path split, String className) {
    try {
      Scanning scanning = new Scanning(className);
      scanning.list(split.resolve(className), "");
      return new FolderScan(NameTable.sorted(scanning.files), List.copyOf(scanning.folders));
    } catch (DirectoryIteratorException e) {
      throw new UncheckedIOException(e.getCause());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Scanning {
    private final String className;
    private final List<String> files = new ArrayList<>();
    private final List<FolderStamp> folders = new ArrayList<>();
    private final Deque<Object> around = new ArrayDeque<>();

    Scanning(String className) {
      this.className = className;
    }

    /** Lists a folder; {@code within} is its path below the class's folder, ended by '/', or "". */
    void list(Path folder, String within) throws IOException {
      // read before the listing, so that a change meanwhile shows
      BasicFileAttributes attributes = Files.readAttributes(folder, BasicFileAttributes.class);
      Object identity = attributes.fileKey() == null ? folder.toRealPath() : attributes.fileKey();
      if (around.contains(identity)) {
        throw new FileSystemLoopException(folder + " leads back to a folder around it");
      }
      around.push(identity);
      String name = within.isEmpty() ? className : className + "/" + within.substring(0, within.length() - 1);
      folders.add(new FolderStamp(name, attributes.lastModifiedTime().toInstant()));
      try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
        for (Path child : children) {
          add(child, within);
        }
      }
      around.pop();
    }

    private void add(Path child, String within) throws IOException {
      String name = child.getFileName().toString();
      if (ImageSource.isHidden(name)) {
        return;
      }
      if (ImageSource.isImage(name)) {
        files.add(within + name);
      } else if (Files.isDirectory(child)) {
        list(child, within + name + "/");
      }
    }
  }
}
