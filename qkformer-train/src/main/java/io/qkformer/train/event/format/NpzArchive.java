package io.qkformer.train.event.format;

import io.qkformer.train.event.EventFileException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** A zip file of arrays, as NumPy's {@code savez} and {@code savez_compressed} write it. */
final class NpzArchive implements Closeable {
  /** More than any archive of events or frames has; reading the list is bounded by it. */
  private static final int MOST_MEMBERS = 1 << 20;

  private static final int MOST_TEXT_BYTES = 1 << 28;

  private final Path file;
  private final ZipFile zip;

  private NpzArchive(Path file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
  }

  static NpzArchive open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "expected an .npz file, found none");
    }
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile());
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw EventFileException.in(file.toString(), "expected a zip file of arrays (.npz), got one that is damaged or"
          + " no zip file (" + e.getMessage() + ")", e);
    }
    if (zip.size() > MOST_MEMBERS) {
      zip.close();
      throw EventFileException.in(file.toString(), "expected at most " + MOST_MEMBERS + " arrays, got " + zip.size());
    }
    return new NpzArchive(file, zip);
  }

  /** Opens an array. */
  NpyInput array(String name) throws IOException {
    String member = name + ".npy";
    ZipEntry entry = zip.getEntry(member);
    if (entry == null) {
      throw EventFileException.in(file.toString(), "expected the member " + member + ", found "
          + zip.stream().limit(8).map(e -> AedatHeader.quote(e.getName())).toList());
    }
    return NpyInput.open(file + "!/" + member, zip, entry);
  }

  /** Returns the CRC-32 of an array with its header, as the zip file lists it; reading the array checks it. */
  long checksum(String name) throws EventFileException {
    ZipEntry entry = zip.getEntry(name + ".npy");
    if (entry == null) {
      throw EventFileException.in(file.toString(), "expected the member " + name + ".npy, found none");
    }
    return entry.getCrc();
  }

  /** Reads a member that is no array. */
  byte[] text(String member) throws IOException {
    ZipEntry entry = zip.getEntry(member);
    if (entry == null) {
      throw EventFileException.in(file.toString(), "expected the member " + member + ", found none");
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(MOST_TEXT_BYTES);
      CRC32 sum = new CRC32();
      sum.update(bytes);
      if (sum.getValue() != entry.getCrc()) {
        throw EventFileException.in(file + "!/" + member, "is damaged: its checksum is not the one of the zip file");
      }
      return bytes;
    } catch (ZipException | EOFException e) {
      throw EventFileException.in(file + "!/" + member, "is damaged: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
