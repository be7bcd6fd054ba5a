package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarDatasetTest {
  @TempDir
  Path directory;

  private Path ten;
  private Path hundred;

  @BeforeEach
  void writeFiles() throws IOException {
    ten = CifarFiles.writeCifar10(Files.createDirectories(directory.resolve("ten/cifar-10-batches-bin")));
    hundred = CifarFiles.writeCifar100(Files.createDirectories(directory.resolve("hundred")));
  }

  @Test
  void readsTheFiveTrainingFilesInTurn() throws IOException {
    CifarDataset train = CifarDataset.cifar10(ten, Split.TRAIN);

    assertThat(train.size()).isEqualTo(15);
    assertThat(train.classNames()).hasSize(10).startsWith("class0", "class1");
    for (int i = 0; i < train.size(); i++) {
      assertThat(train.get(i).label()).isEqualTo(i % 10);
    }
    assertThat(train.get(7).id()).isEqualTo("data_batch_3.bin#1");
  }

  @Test
  void turnsPlanesIntoPixels() throws IOException {
    Image image = CifarDataset.cifar10(ten, Split.TEST).get(2).image();

    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) {
          assertThat(image.value(x, y, channel)).isEqualTo(CifarFiles.value(2, channel, y, x) & 0xFF);
        }
      }
    }
  }

  @Test
  void takesTheFineLabelOfCifar100() throws IOException {
    CifarDataset train = CifarDataset.cifar100(hundred, Split.TRAIN);

    assertThat(train.get(1).label()).isEqualTo(98);
    assertThat(train.classNames().get(98)).isEqualTo("fine98");
    assertThat(train.get(1).image().value(3, 2, 0)).isEqualTo(CifarFiles.value(1, 0, 2, 3) & 0xFF);
    assertThat(CifarDataset.cifar100(hundred, Split.TEST).get(1).label()).isEqualTo(1);
  }

  @Test
  void findsTheArchivesOwnFolder() throws IOException {
    assertThat(CifarDataset.cifar10(directory.resolve("ten"), Split.TEST).size()).isEqualTo(3);
  }

  @Test
  void refusesATruncatedFile() throws IOException {
    Path file = ten.resolve("data_batch_4.bin");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));

    failure(ten).hasMessageContaining("data_batch_4.bin").hasMessageContaining("truncated")
        .hasMessageContaining("3073").hasMessageContaining("2 records and 2973 bytes");
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    Files.write(ten.resolve("data_batch_1.bin"), new byte[0]);

    failure(ten).hasMessageContaining("data_batch_1.bin").hasMessageContaining("got 0 bytes");
  }

  @Test
  void refusesAnUnknownLabel() throws IOException {
    damage(ten.resolve("data_batch_2.bin"), 2 * 3073, 200);

    failure(ten).hasMessageContaining("data_batch_2.bin, record 2").hasMessageContaining("unknown label 200")
        .hasMessageContaining("expected 0 to 9");
  }

  @Test
  void refusesAnUnknownCoarseLabel() throws IOException {
    damage(hundred.resolve("train.bin"), 3074, 20);

    assertThatThrownBy(() -> CifarDataset.cifar100(hundred, Split.TRAIN)).isInstanceOf(DatasetException.class)
        .hasMessageContaining("train.bin, record 1").hasMessageContaining("coarse label 20")
        .hasMessageContaining("expected 0 to 19");
  }

  @Test
  void refusesAMissingFile() throws IOException {
    Files.delete(ten.resolve("data_batch_5.bin"));

    failure(ten).hasMessageContaining("data_batch_5.bin is missing")
        .hasMessageContaining("cifar-10-binary.tar.gz");
  }

  @Test
  void refusesAWrongNumberOfNames() throws IOException {
    Files.writeString(ten.resolve("batches.meta.txt"), "cat\ndog\n");

    failure(ten).hasMessageContaining("batches.meta.txt").hasMessageContaining("expected 10 class names")
        .hasMessageContaining("got 2");
  }

  @Test
  void tellsWhatToDoWithThePythonVersion() throws IOException {
    Path python10 = Files.createDirectories(directory.resolve("python/cifar-10-batches-py"));
    Files.write(python10.resolve("data_batch_1"), new byte[8]);
    Files.write(python10.resolve("batches.meta"), new byte[8]);
    Path python100 = Files.createDirectories(directory.resolve("python/cifar-100-python"));
    Files.write(python100.resolve("train"), new byte[8]);
    Files.write(python100.resolve("meta"), new byte[8]);

    for (Path given : new Path[] {python10, python10.getParent()}) {
      failure(given).hasMessageContaining("Python version").hasMessageContaining("cifar-10-binary.tar.gz");
    }
    assertThatThrownBy(() -> CifarDataset.cifar100(python100, Split.TEST))
        .isInstanceOf(DatasetException.class).hasMessageContaining("Python version")
        .hasMessageContaining("cifar-100-binary.tar.gz");
  }

  @Test
  void saysWhatToDownloadAndWhereToPutIt() throws IOException {
    Path given = Files.createDirectories(directory.resolve("python/cifar-10-batches-py"));
    Files.write(given.resolve("data_batch_1"), new byte[8]);
    String place = directory.resolve("python").toAbsolutePath().normalize().toString();

    for (Path path : new Path[] {given, given.getParent()}) {
      failure(path).hasMessageContaining("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz")
          .hasMessageContaining("'tar -xzf cifar-10-binary.tar.gz -C " + place + "'")
          .hasMessageContaining(place + "/cifar-10-batches-bin, which is the one to give");
    }
    Path torn = ten.resolve("test_batch.bin");
    Files.write(torn, new byte[7]);
    assertThatThrownBy(() -> CifarDataset.cifar10(ten, Split.TEST)).hasMessageContaining("truncated")
        .hasMessageContaining("-C " + ten.toAbsolutePath().normalize().getParent() + "'");
  }

  @Test
  void refusesPackedArchivesWithTheCommandThatUnpacksThem() throws IOException {
    Path place = Files.createDirectories(directory.resolve("packed"));
    Path binary = Files.write(place.resolve("cifar-10-binary.tar.gz"), new byte[8]);
    Path python = Files.write(directory.resolve("cifar-100-python.tar.gz"), new byte[8]);

    failure(binary).hasMessageContaining("packed archive").hasMessageContaining("tar -xzf " + binary + " -C " + place);
    failure(place).hasMessageContaining("data_batch_1.bin is missing, but there is " + binary)
        .hasMessageContaining("tar -xzf " + binary + " -C " + place);
    for (Path given : new Path[] {python, directory}) {
      assertThatThrownBy(() -> CifarDataset.cifar100(given, Split.TRAIN)).isInstanceOf(DatasetException.class)
          .hasMessageContaining("Python version of CIFAR-100").hasMessageContaining("cifar-100-binary.tar.gz")
          .hasMessageContaining("-C " + directory);
    }
    Path zip = Files.write(directory.resolve("cifar.zip"), new byte[8]);
    failure(zip).hasMessageContaining("cifar.zip is not a directory").hasMessageContaining("-C " + directory);
  }

  @Test
  void refusesADirectoryThatIsNotThereOrIsEmpty() throws IOException {
    failure(directory.resolve("nowhere")).hasMessageContaining("nowhere is not a directory");
    failure(Files.createDirectory(directory.resolve("empty")))
        .hasMessageContaining("data_batch_1.bin is missing");
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> failure(Path directory) {
    return assertThatThrownBy(() -> CifarDataset.cifar10(directory, Split.TRAIN))
        .isInstanceOf(DatasetException.class);
  }

  private static void damage(Path file, int position, int value) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[position] = (byte) value;
    Files.write(file, bytes);
  }
}
