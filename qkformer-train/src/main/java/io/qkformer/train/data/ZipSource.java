package io.qkformer.train.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Image files in a zip file (Zip64, too) that stays open; each is checked against its checksum when it is read.
 * Nothing is unpacked. Threads take turns in reading from the file, not in unpacking and decoding what they read.
 */
record ZipSource(Path path, ZipFile zip) implements ImageSource {
  static ZipSource open(Path path) throws IOException {
    ZipSource source;
    try {
      source = new ZipSource(path, new ZipFile(path.toFile()));
    } catch (ZipException e) {
      throw new DatasetException(path + ": expected a directory or a zip file, got a file that is damaged or"
          + " no zip file (" + e.getMessage() + ")", e);
    }
    try {
      source.checkNames();
      return source;
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  private Stream<String> names() {
    return zip.stream().map(ZipEntry::getName);
  }

  private void checkNames() throws DatasetException {
    for (Iterator<String> names = names().iterator(); names.hasNext();) {
      String name = names.next();
      boolean absolute = name.startsWith("/");
      if (absolute || name.indexOf('\\') >= 0 || name.contains("..") && Arrays.asList(name.split("/")).contains("..")) {
        throw new DatasetException(path + ": expected entries with relative paths of parts separated by '/', got '"
            + name + "'; make the archive anew");
      }
    }
  }

  @Override
  public List<String> folders(String folder) {
    Set<String> names = new HashSet<>();
    names().filter(name -> name.startsWith(folder)).forEach(name -> {
      int end = name.indexOf('/', folder.length());
      if (end >= 0 && !ImageSource.isHidden(name.substring(0, end + 1))) {
        names.add(name.substring(folder.length(), end));
      }
    });
    return names.stream().sorted(NameTable.BY_CODE_POINTS).toList();
  }

  @Override
  public ImageIndex index(String split, List<String> classes) throws IOException {
    Map<String, List<String>> files = new LinkedHashMap<>();
    classes.forEach(name -> files.put(name, new ArrayList<>()));
    names().filter(name -> name.startsWith(split) && ImageSource.isImage(name) && !ImageSource.isHidden(name))
        .forEach(name -> {
          int end = name.indexOf('/', split.length());
          if (end >= 0) {
            files.get(name.substring(split.length(), end)).add(name.substring(end + 1));
          }
        });
    List<NameTable> tables = new ArrayList<>();
    for (Map.Entry<String, List<String>> entry : files.entrySet()) {
      checkUnique(split + entry.getKey() + "/", entry.getValue());
      tables.add(NameTable.sorted(entry.getValue()));
    }
    return ImageIndex.of(classes, tables);
  }

  private void checkUnique(String folder, List<String> files) throws DatasetException {
    Set<String> seen = new HashSet<>();
    for (String file : files) {
      if (!seen.add(file)) {
        throw new DatasetException(describe(folder + file) + " is in the zip file more than once; make it anew");
      }
    }
  }

  @Override
  public byte[] read(String file) throws IOException {
    ZipEntry entry = zip.getEntry(file);
    byte[] bytes;
    try (InputStream in = zip.getInputStream(entry)) {
      bytes = ImageSource.readAll(in, describe(file));
    } catch (ZipException | EOFException e) {
      throw new DatasetException(describe(file) + " cannot be read: " + e.getMessage(), e);
    }
    // ZipFile does not compare the checksum itself
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    if (checksum.getValue() != entry.getCrc()) {
      throw new DatasetException(String.format("%s is damaged: its checksum is %08x, the zip file says %08x",
          describe(file), checksum.getValue(), entry.getCrc()));
    }
    return bytes;
  }

  @Override
  public long mark(String file) {
    ZipEntry entry = zip.getEntry(file);
    return entry.getSize() << Integer.SIZE | entry.getCrc();
  }

  @Override
  public String describe(String file) {
    return file.isEmpty() ? path.toString() : path + "!/" + file;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
