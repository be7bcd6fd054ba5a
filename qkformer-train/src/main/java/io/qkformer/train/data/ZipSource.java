package io.qkformer.train.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Image files in a zip file that stays open; each is checked against its checksum when it is read. */
record ZipSource(Path path, ZipFile zip) implements ImageSource {
  static ZipSource open(Path path) throws IOException {
    try {
      return new ZipSource(path, new ZipFile(path.toFile()));
    } catch (ZipException e) {
      throw new DatasetException(path + ": expected a directory or a zip file, got a file that is damaged or"
          + " no zip file (" + e.getMessage() + ")", e);
    }
  }

  @Override
  public List<String> list() {
    return zip.stream().map(ZipEntry::getName).filter(name -> !ImageSource.isHidden(name)).toList();
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
  public String describe(String file) {
    return file.isEmpty() ? path.toString() : path + "!/" + file;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
