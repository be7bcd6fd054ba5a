package io.qkformer.train.event.dataset;

import io.qkformer.train.data.DatasetException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads a tar file entry by entry: files and folders, with the long names of GNU tar and of POSIX.1-2001 (pax). Links
 * and devices are left out. Source: POSIX.1-2001 "pax Interchange Format", GNU tar manual "Basic Tar Format".
 */
final class TarInput extends InputStream {
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

  private final Path archive;
  private final InputStream in;
  private String name;
  private char type;
  /** Bytes of the entry that are still to be read, and those that fill its last block. */
  private long left;
  private int padding;

  TarInput(Path archive, InputStream in) {
    this.archive = archive;
    this.in = in;
  }

  /** Goes to the next file or folder; false at the end. */
  boolean next() throws IOException {
    String longName = null;
    while (true) {
      skipRest();
      byte[] header = in.readNBytes(BLOCK);
      if (header.length == 0 || isZero(header)) {
        return false;
      }
      if (header.length < BLOCK) {
        throw bad("expected a header of 512 bytes, got the end of the file");
      }
      readHeader(header);
      switch (type) {
        case 'L' -> longName = text(extra(), 0, MOST_EXTRA_BYTES);
        case 'x' -> {
          String path = paxPath(extra());
          longName = path == null ? longName : path;
        }
        case '0', '\0', '7', '5' -> {
          name = longName == null ? name : longName;
          return true;
        }
        default -> longName = null;
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
    type = (char) header[TYPE];
    left = number(header, SIZE, SIZE_END);
    padding = (int) ((BLOCK - left % BLOCK) % BLOCK);
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

  boolean isFolder() {
    return type == '5' || name.endsWith("/");
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
    in.skipNBytes(left + padding);
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
