package io.qkformer.train.event.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that exist for the time of an action; for properties, which have no temporary folder. */
final class TestFiles {
  private TestFiles() { }

  /** What is done with a file. */
  @FunctionalInterface
  interface Action<T> {
    T run(Path file) throws IOException;
  }

  /** Runs the action on an empty file with such an ending. */
  static <T> T with(String suffix, Action<T> action) {
    try {
      Path file = Files.createTempFile("qkformer", suffix);
      try {
        return action.run(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
