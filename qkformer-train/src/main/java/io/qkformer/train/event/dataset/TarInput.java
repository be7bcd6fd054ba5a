package io.qkformer.train.event.dataset;

import io.qkformer.train.data.DatasetException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads a tar file entry by entry, with the long names of GNU tar and of POSIX.1-2001 (pax). Source: POSIX.1-2001
 * "pax Interchange Format", GNU tar manual "Basic Tar Format".
 */
final class TarInput extends InputStream {
  /** What an entry is. */
  enum Kind {
    FILE, FOLDER,
    /** A link, a device, or a record about the entries that follow: nothing to unpack. */
    OTHER
  }

  private static final int BLOCK = 512;
  private static final int NAME_END = 100;
  private static final int SIZE = 124;
  private static final int SIZE_END = 136;
  private static final int CHECKSUM = 148;
  private static final int CHECKSUM_END = 156;
  private static final int TYPE = 156;
  private static final int MAGIC = 257;
  private static final int PREFIX = 345;
  private static final int PREFIX_END = 500;
  private static final int MOST_EXTRA_BYTES = 1 << 20;
  private static final int OCTAL_BITS = 3;
  /** Far more than any block that a tar file is filled up to. */
  private static final int MOST_FILLING_BYTES = 1 << 24;

  private final Path archive;
  private final InputStream in;
  private String name;
  private Kind kind;
  /** What a record says the next file, folder or link is called; null without one. */
  private String longName;
  /** Bytes of the entry that are still to be read, and those that fill its last block. */
  private long left;
  private int padding;

  TarInput(Path archive, InputStream in) {
    this.archive = archive;
    this.in = in;
  }

  /** Goes to the next entry of any kind, so that all of them can be counted; false at the end. */
  boolean next() throws IOException {
    skipRest();
    byte[] header = in.readNBytes(BLOCK);
    if (header.length < BLOCK) {
      throw bad("expected a header or the mark of the archive's end, of 512 bytes, got the end of the file after "
          + header.length);
    }
    if (isZero(header)) {
      readFilling();
      return false;
    }
    readHeader(header);
    return true;
  }

  /**
   * Reads what is behind the end mark, of which nothing is kept: a compressed file has its checksum behind it, which is
   * compared only at the very end.
   */
  private void readFilling() throws IOException {
    byte[] buffer = new byte[1 << 13];
    long filling = 0;
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      filling += read;
      if (filling > MOST_FILLING_BYTES) {
        throw bad("expected the end of the file at most " + MOST_FILLING_BYTES + " bytes behind the archive's end, got"
            + " more");
      }
    }
  }

  private void readHeader(byte[] header) throws IOException {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= CHECKSUM && i < CHECKSUM_END ? ' ' : Byte.toUnsignedInt(header[i]);
    }
    long stored = number(header, CHECKSUM, CHECKSUM_END);
    if (stored != sum) {
      throw bad("expected an entry with checksum " + sum + ", got " + stored + "; it is damaged or no tar file");
    }
    name = text(header, 0, NAME_END);
    if (text(header, MAGIC, MAGIC + 5).equals("ustar") && header[MAGIC + 5] == 0) {
      String prefix = text(header, PREFIX, PREFIX_END);
      name = prefix.isEmpty() ? name : prefix + "/" + name;
    }
    left = number(header, SIZE, SIZE_END);
    padding = (int) ((BLOCK - left % BLOCK) % BLOCK);
    readKind((char) header[TYPE]);
  }

  private void readKind(char type) throws IOException {
    kind = Kind.OTHER;
    switch (type) {
      case 'L' -> longName = text(extra(), 0, MOST_EXTRA_BYTES);
      case 'x' -> {
        String path = paxPath(extra());
        longName = path == null ? longName : path;
      }
      // the name that a link points to, and what holds for all entries
      case 'K', 'g' -> { }
      default -> {
        name = longName == null ? name : longName;
        longName = null;
        if (type == '5' || name.endsWith("/")) {
          kind = Kind.FOLDER;
        } else if (type == '0' || type == '\0' || type == '7') {
          kind = Kind.FILE;
        }
      }
    }
  }

  /** An octal number, or in GNU tar's extension a binary one. */
  private long number(byte[] header, int from, int end) throws IOException {
    long value = 0;
    if (header[from] < 0) {
      for (int i = end - Long.BYTES; i < end; i++) {
        value = value << Byte.SIZE | Byte.toUnsignedInt(header[i]);
      }
    } else {
      String digits = text(header, from, end).trim();
      if (!digits.matches("[0-7]{0,12}")) {
        throw bad("expected an octal number in a header, got something else");
      }
      for (char digit : digits.toCharArray()) {
        value = value << OCTAL_BITS | digit - '0';
      }
    }
    if (value < 0) {
      throw bad("expected a size of at least 0, got " + value);
    }
    return value;
  }

  private static String text(byte[] bytes, int from, int end) {
    int stop = from;
    while (stop < Math.min(end, bytes.length) && bytes[stop] != 0) {
      stop++;
    }
    return new String(bytes, from, stop - from, StandardCharsets.UTF_8);
  }

  private byte[] extra() throws IOException {
    if (left > MOST_EXTRA_BYTES) {
      throw bad("expected a name of at most " + MOST_EXTRA_BYTES + " bytes, got one of " + left);
    }
    return readAllBytes();
  }

  /** The path among records of the form "length key=value\n". */
  private String paxPath(byte[] records) throws IOException {
    String path = null;
    for (String record : new String(records, StandardCharsets.UTF_8).split("\n")) {
      int space = record.indexOf(' ');
      if (record.startsWith("path=", space + 1)) {
        path = record.substring(space + 1 + "path=".length());
      } else if (record.startsWith("size=", space + 1)) {
        throw bad("expected files of less than 8 GB, got a larger one");
      }
    }
    return path;
  }

  String name() {
    return name;
  }

  Kind kind() {
    return kind;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  /** Reads from the current entry, whose end is the end of the stream. */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    int read = in.read(bytes, offset, (int) Math.min(length, left));
    if (read < 0) {
      throw bad("expected " + left + " more bytes of " + name + ", got the end of the file");
    }
    left -= read;
    return read;
  }

  private void skipRest() throws IOException {
    in.skipNBytes(left);
    in.skipNBytes(padding);
    left = 0;
    padding = 0;
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private DatasetException bad(String problem) {
    return new DatasetException(archive + ": " + problem);
  }
}
