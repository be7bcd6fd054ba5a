package io.qkformer.train.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The names of many files in two arrays: for ImageNet 24 bytes a file instead of the hundred of an object each.
 *
 * @param text all names as UTF-8, one after the other
 * @param ends where each one ends
 */
record NameTable(byte[] text, int[] ends) {
  /** Python compares strings by code points; this is the same order as of their UTF-8 bytes. */
  static final Comparator<String> BY_CODE_POINTS =
      Comparator.comparing(text -> text.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  /** Sorts files as torchvision's {@code ImageFolder} does: by their folder, then by their name. */
  static NameTable sorted(List<String> files) {
    byte[][] names = new byte[files.size()][];
    for (int i = 0; i < names.length; i++) {
      names[i] = files.get(i).getBytes(StandardCharsets.UTF_8);
    }
    Arrays.sort(names, NameTable::compareFiles);
    int length = 0;
    for (byte[] name : names) {
      length = Math.addExact(length, name.length);
    }
    NameTable table = new NameTable(new byte[length], new int[names.length]);
    int end = 0;
    for (int i = 0; i < names.length; i++) {
      System.arraycopy(names[i], 0, table.text, end, names[i].length);
      end += names[i].length;
      table.ends[i] = end;
    }
    return table;
  }

  private static int compareFiles(byte[] a, byte[] b) {
    int folders = Arrays.compareUnsigned(a, 0, folderLength(a), b, 0, folderLength(b));
    return folders != 0 ? folders : Arrays.compareUnsigned(a, b);
  }

  private static int folderLength(byte[] file) {
    int length = file.length - 1;
    while (length >= 0 && file[length] != '/') {
      length--;
    }
    return Math.max(0, length);
  }

  /**
   * Puts tables one after the other.
   *
   * @throws DatasetException if the names take more than 2 GiB
   */
  static NameTable join(List<NameTable> tables) throws DatasetException {
    long bytes = tables.stream().mapToLong(table -> table.text.length).sum();
    long names = tables.stream().mapToLong(NameTable::size).sum();
    if (bytes > Integer.MAX_VALUE || names > Integer.MAX_VALUE) {
      throw new DatasetException("expected file names of at most " + Integer.MAX_VALUE + " bytes in all, got " + names
          + " names of " + bytes + " bytes; shorten them or split the data set");
    }
    NameTable joined = new NameTable(new byte[(int) bytes], new int[(int) names]);
    int end = 0;
    int count = 0;
    for (NameTable table : tables) {
      System.arraycopy(table.text, 0, joined.text, end, table.text.length);
      for (int own : table.ends) {
        joined.ends[count++] = end + own;
      }
      end += table.text.length;
    }
    return joined;
  }

  int size() {
    return ends.length;
  }

  String get(int index) {
    int start = index == 0 ? 0 : ends[index - 1];
    return new String(text, start, ends[index] - start, StandardCharsets.UTF_8);
  }
}
