package io.qkformer.train.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Image files in a directory; links are followed.
 *
 * @param cache keeps the lists of large directories
 */
record DirectorySource(Path root, IndexCache cache) implements ImageSource {
  @Override
  public List<String> folders(String folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(root.resolve(folder))) {
      for (Path child : children) {
        String name = child.getFileName().toString();
        // asking the file system about each of a million images in one folder would take long
        if (!ImageSource.isHidden(folder + name + "/") && !ImageSource.isImage(name) && Files.isDirectory(child)) {
          names.add(name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    names.sort(NameTable.BY_CODE_POINTS);
    return names;
  }

  @Override
  public ImageIndex index(String split, List<String> classes) throws IOException {
    return new IndexStore(cache).index(root.resolve(split), classes);
  }

  @Override
  public byte[] read(String file) throws IOException {
    try (InputStream in = Files.newInputStream(root.resolve(file))) {
      return ImageSource.readAll(in, describe(file));
    }
  }

  @Override
  public long mark(String file) throws IOException {
    return Files.size(root.resolve(file));
  }

  @Override
  public String describe(String file) {
    return root.resolve(file).toString();
  }

  @Override
  public void close() { }
}
