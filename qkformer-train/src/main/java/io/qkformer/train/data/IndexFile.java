package io.qkformer.train.data;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/**
 * The file in which an index is kept: magic, format version, split folder, listed folders with their times, classes
 * with their counts, names, ends of the names, CRC-32 of all that; big-endian.
 *
 * @param split the real path of the split's folder
 * @param folders all that were listed
 * @param index what was found
 */
record IndexFile(String split, List<FolderStamp> folders, ImageIndex index) {
  private static final long MAGIC = 0x514B_4649_4E44_4558L;
  private static final int VERSION = 1;
  private static final int CHECKSUM_BYTES = Long.BYTES;

  void write(OutputStream target) throws IOException {
    CRC32 checksum = new CRC32();
    DataOutputStream out = new DataOutputStream(new CheckedOutputStream(target, checksum));
    out.writeLong(MAGIC);
    out.writeInt(VERSION);
    out.writeUTF(split);
    out.writeInt(folders.size());
    for (FolderStamp folder : folders) {
      out.writeUTF(folder.folder());
      out.writeLong(folder.modified().getEpochSecond());
      out.writeInt(folder.modified().getNano());
    }
    out.writeInt(index.classNames().size());
    for (int i = 0; i < index.classNames().size(); i++) {
      out.writeUTF(index.classNames().get(i));
      out.writeInt(index.size(i));
    }
    out.writeInt(index.names().text().length);
    out.write(index.names().text());
    ByteBuffer ends = ByteBuffer.allocate(Math.multiplyExact(index.size(), Integer.BYTES));
    ends.asIntBuffer().put(index.names().ends());
    out.write(ends.array());
    out.writeLong(checksum.getValue());
  }

  /**
   * Reads a file.
   *
   * @throws IOException saying why it cannot be used: damaged, of another format, not readable
   */
  static IndexFile read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length - CHECKSUM_BYTES;
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, Math.max(0, end));
    if (end < 0 || ByteBuffer.wrap(bytes, end, CHECKSUM_BYTES).getLong() != checksum.getValue()) {
      throw new DatasetException("damaged: the checksum does not fit");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, end));
    if (in.readLong() != MAGIC) {
      throw new DatasetException("no index");
    }
    int version = in.readInt();
    if (version != VERSION) {
      throw new DatasetException("of format " + version + ", expected " + VERSION);
    }
    String split = in.readUTF();
    List<FolderStamp> folders = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      folders.add(new FolderStamp(in.readUTF(), Instant.ofEpochSecond(in.readLong(), in.readInt())));
    }
    return new IndexFile(split, List.copyOf(folders), readIndex(in));
  }

  private static ImageIndex readIndex(DataInputStream in) throws IOException {
    List<String> classNames = new ArrayList<>();
    int[] classEnds = new int[in.readInt()];
    int files = 0;
    for (int i = 0; i < classEnds.length; i++) {
      classNames.add(in.readUTF());
      files += in.readInt();
      classEnds[i] = files;
    }
    byte[] text = in.readNBytes(in.readInt());
    int[] ends = new int[files];
    ByteBuffer.wrap(in.readAllBytes()).asIntBuffer().get(ends);
    return new ImageIndex(List.copyOf(classNames), classEnds, new NameTable(text, ends));
  }

  /** Returns what has changed since, if anything has. */
  Optional<String> changeSince(Path splitFolder, String realPath, List<String> classes) {
    if (!split.equals(realPath)) {
      return Optional.of("it is of " + split);
    }
    if (!index.classNames().equals(classes)) {
      return Optional.of("it has other classes");
    }
    return folders.stream().filter(folder -> !folder.isCurrent(splitFolder)).findFirst()
        .map(folder -> "folder " + folder.folder() + " was changed");
  }
}
