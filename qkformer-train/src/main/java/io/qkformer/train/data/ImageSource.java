package io.qkformer.train.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A tree of files, in a directory or in a zip file, read by many threads at once. */
interface ImageSource extends Closeable {
  /** More than any sensible picture takes; keeps a hostile archive from filling the memory. */
  int MAX_FILE_BYTES = 64 << 20;

  /** Opens a directory or a zip file. */
  static ImageSource open(Path root) throws IOException {
    if (Files.isDirectory(root)) {
      return new DirectorySource(root);
    }
    if (Files.isRegularFile(root)) {
      return ZipSource.open(root);
    }
    throw new DatasetException(root + ": expected a directory or a zip file, found nothing there");
  }

  /**
   * Returns the paths of all files and folders that are not hidden, relative to the root, in any order; parts
   * are separated by '/', which ends the path of a folder.
   */
  List<String> list() throws IOException;

  /** Reads a file; one of more than {@link #MAX_FILE_BYTES} is refused. */
  byte[] read(String file) throws IOException;

  /** Names a file, or with "" the root, in messages. */
  String describe(String file);

  /** Reads a stream to its end. */
  static byte[] readAll(InputStream in, String name) throws IOException {
    byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
    if (bytes.length > MAX_FILE_BYTES) {
      throw new DatasetException(name + ": expected an image file of at most " + MAX_FILE_BYTES
          + " bytes, got a longer one");
    }
    return bytes;
  }

  /** Returns whether a path has a hidden part or is one of the shadows that macOS writes into zip files. */
  static boolean isHidden(String path) {
    return path.startsWith("__MACOSX/") || path.startsWith(".") || path.contains("/.");
  }
}
