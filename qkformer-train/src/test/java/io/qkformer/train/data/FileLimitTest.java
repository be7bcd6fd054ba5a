package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are longer than a picture may be, though they take little of the disk. */
class FileLimitTest {
  private static final long TOO_LONG = ImageSource.MAX_FILE_BYTES + 1L;
  private static final String LARGE = "train/dog/3.png";
  private static final int LAST = 4;
  private static final String REASON = "expected an image file of at most 67108864 bytes, got a longer one";

  @TempDir
  Path directory;

  private final Map<String, byte[]> files = TestImages.twoClasses();

  @Test
  void aFileBeyondTheLimitIsRefused() throws IOException {
    Path root = TestImages.writeDirectory(directory, files);
    try (RandomAccessFile sparse = new RandomAccessFile(root.resolve(LARGE).toFile(), "rw")) {
      sparse.write(files.get("train/dog/2.png"));
      sparse.setLength(TOO_LONG);
    }

    assertRefused(root, root.resolve(LARGE).toString());
  }

  /** The entry is 64 MiB of zeros, packed to a thousandth. */
  @Test
  void aZipEntryBeyondTheLimitIsRefused() throws IOException {
    Path zip = directory.resolve("images.zip");
    try (OutputStream out = Files.newOutputStream(zip); ZipOutputStream entries = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        entries.putNextEntry(new ZipEntry(file.getKey()));
        entries.write(file.getValue());
      }
      entries.putNextEntry(new ZipEntry(LARGE));
      byte[] zeros = new byte[1 << 20];
      for (long written = 0; written < TOO_LONG; written += zeros.length) {
        entries.write(zeros);
      }
    }
    assertThat(Files.size(zip)).isLessThan(1 << 20);

    assertRefused(zip, zip + "!/" + LARGE);
  }

  private static void assertRefused(Path root, String name) throws IOException {
    try (ImageFolderDataset train = ImageFolderDataset.open(root, Split.TRAIN)) {
      assertThatThrownBy(() -> train.get(LAST)).isInstanceOf(DatasetException.class).hasMessageContaining(name)
          .hasMessageContaining(REASON);
      assertThat(train.get(LAST - 1).id()).as("the others are read").isEqualTo("train/dog/2.png");
    }
  }
}
