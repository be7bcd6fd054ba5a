package io.qkformer.train.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Image files in a directory; links are followed. */
record DirectorySource(Path root) implements ImageSource {
  @Override
  public List<String> list() throws IOException {
    try (Stream<Path> paths = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      return paths.filter(path -> !path.equals(root)).map(this::relative)
          .filter(path -> !ImageSource.isHidden(path)).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private String relative(Path file) {
    String path = root.relativize(file).toString().replace(root.getFileSystem().getSeparator(), "/");
    return Files.isDirectory(file) ? path + "/" : path;
  }

  @Override
  public byte[] read(String file) throws IOException {
    try (InputStream in = Files.newInputStream(root.resolve(file))) {
      return ImageSource.readAll(in, describe(file));
    }
  }

  @Override
  public String describe(String file) {
    return root.resolve(file).toString();
  }

  @Override
  public void close() { }
}
