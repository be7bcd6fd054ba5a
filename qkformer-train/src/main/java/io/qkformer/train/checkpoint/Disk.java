package io.qkformer.train.checkpoint;

import io.qkformer.checkpoint.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The changes that a store makes on the disk, one by one: between any two of them the process can be killed. Tests
 * do that.
 */
interface Disk {

  /** Creates one folder. */
  default void createFolder(Path folder) throws IOException {
    Files.createDirectory(folder);
  }

  /** Writes a file and forces it to the disk. */
  default void write(Path file, AtomicFile.Content content) throws IOException {
    AtomicFile.write(file, content);
  }

  /** Renames a folder, at once or not at all; the new name must be free. */
  default void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Deletes a file or an empty folder. */
  default void delete(Path path) throws IOException {
    Files.delete(path);
  }

  /** Makes what was created, renamed or deleted in a folder durable. */
  default void force(Path folder) {
    AtomicFile.forceFolder(folder);
  }

  /** The real one. */
  static Disk real() {
    return new Disk() { };
  }
}
