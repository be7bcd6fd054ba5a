package io.qkformer.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes small files in CIFAR's binary layout: the value of a byte tells where it lies. */
final class CifarFiles {
  static final int RECORDS = 3;

  private CifarFiles() { }

  /** Five training files and a test file; record r of training file f has the label (3 f + r) % 10. */
  static Path writeCifar10(Path directory) throws IOException {
    for (int file = 0; file < 5; file++) {
      Files.write(directory.resolve("data_batch_" + (file + 1) + ".bin"), records(1, 10, 3 * file));
    }
    Files.write(directory.resolve("test_batch.bin"), records(1, 10, 5));
    // the published file ends with an empty line
    Files.writeString(directory.resolve("batches.meta.txt"), names("class", 10) + "\n");
    return directory;
  }

  /** Two files; record r has the coarse label r and the fine label 97 + r for training, r for testing. */
  static Path writeCifar100(Path directory) throws IOException {
    Files.write(directory.resolve("train.bin"), records(2, 100, 97));
    Files.write(directory.resolve("test.bin"), records(2, 100, 0));
    Files.writeString(directory.resolve("fine_label_names.txt"), names("fine", 100));
    Files.writeString(directory.resolve("coarse_label_names.txt"), names("coarse", 20));
    return directory;
  }

  static byte value(int record, int channel, int y, int x) {
    return (byte) (record * 101 + channel * 59 + y * 7 + x);
  }

  private static byte[] records(int labelBytes, int classes, int firstLabel) {
    int length = labelBytes + CifarLayout.IMAGE_BYTES;
    byte[] bytes = new byte[RECORDS * length];
    for (int record = 0; record < RECORDS; record++) {
      bytes[record * length] = (byte) record;
      bytes[record * length + labelBytes - 1] = (byte) ((firstLabel + record) % classes);
      for (int i = 0; i < CifarLayout.IMAGE_BYTES; i++) {
        bytes[record * length + labelBytes + i] = value(record, i / 1024, i % 1024 / 32, i % 32);
      }
    }
    return bytes;
  }

  private static String names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i + "\n").collect(Collectors.joining());
  }
}
