package io.qkformer.train.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A tree of image files, in a directory or in a zip file, read by many threads at once. Paths are relative to its
 * root, their parts separated by '/', which also ends the path of a folder; "" is the root.
 */
interface ImageSource extends Closeable {
  /** More than any sensible picture takes; keeps a hostile archive from filling the memory. */
  int MAX_FILE_BYTES = 64 << 20;
  /** What the name of an image file ends with, in small letters. */
  List<String> SUFFIXES = List.of(".jpg", ".jpeg", ".png");

  /** Opens a directory or a zip file. */
  static ImageSource open(Path root, IndexCache cache) throws IOException {
    if (Files.isDirectory(root)) {
      return new DirectorySource(root, cache);
    }
    if (Files.isRegularFile(root)) {
      return ZipSource.open(root);
    }
    throw new DatasetException(root + ": expected a directory or a zip file, found nothing there");
  }

  /** Returns the names of the folders in a folder that are not hidden, by code points. */
  List<String> folders(String folder) throws IOException;

  /** Returns the images in the folders of these classes, which lie in the split's folder. */
  ImageIndex index(String split, List<String> classes) throws IOException;

  /** Reads a file; one of more than {@link #MAX_FILE_BYTES} is refused. */
  byte[] read(String file) throws IOException;

  /** Returns a number that changes when the file's content does, as far as that shows without reading it. */
  long mark(String file) throws IOException;

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

  /** Returns whether a name ends as that of an image file does. */
  static boolean isImage(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return SUFFIXES.stream().anyMatch(lower::endsWith);
  }
}
