package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a data set is known again by. */
class FingerprintTest {
  @TempDir
  Path directory;

  @Test
  void isSha256OverBigEndianLengthsAndContents() {
    // printf '\0\0\0\0\0\0\0\3abc\0\0\0\0\0\0\0\7' | sha256sum
    assertThat(new Fingerprint().text("abc").number(7).hex())
        .isEqualTo("6cb8129b1455234c03bbcb2dd132625db0851b0658440d32ca73c6b6a8018f4a");
  }

  @Test
  void partsOfOtherLengthsGiveOtherChecksums() {
    List<Consumer<Fingerprint>> rows = List.of(f -> { }, f -> f.text(""), f -> f.text("ab"),
        f -> f.text("a").text("b"), f -> f.text("").text("ab"), f -> f.number(2),
        f -> f.bytes(new byte[2]), f -> f.bytes(new byte[1]).bytes(new byte[1]));
    assertThat(rows.stream().map(FingerprintTest::hex)).doesNotHaveDuplicates();
    assertThat(new Fingerprint().text("ab").hex())
        .isEqualTo(new Fingerprint().bytes("ab".getBytes(StandardCharsets.UTF_8)).hex());
  }

  private static String hex(Consumer<Fingerprint> row) {
    Fingerprint fingerprint = new Fingerprint();
    row.accept(fingerprint);
    return fingerprint.hex();
  }

  @Test
  void ofSamplesItCoversAllThatASampleHas() throws IOException {
    List<Sample> samples = List.of(new Sample("a", 0, TestImages.flat(2, 3, 7)), new Sample("b", 0,
        TestImages.flat(2, 3, 7)), new Sample("a", 1, TestImages.flat(2, 3, 7)), new Sample("a", 0,
        TestImages.flat(3, 2, 7)), new Sample("a", 0, TestImages.flat(2, 3, 8)));
    Stream.Builder<String> prints = Stream.builder();
    for (Sample sample : samples) {
      prints.add(new StubDataset(1, i -> sample).fingerprint());
    }
    prints.add(new StubDataset(2, i -> samples.get(0)).fingerprint());
    assertThat(prints.build()).doesNotHaveDuplicates().allMatch(print -> print.matches("[0-9a-f]{64}"));
  }

  @Test
  void ofACacheIsThatOfTheSamplesInIt() throws IOException {
    Dataset shapes = new ShapesDataset(Split.TEST, 12, 3);
    assertThat(CachedDataset.load(shapes, 2, LoadProgress.silent()).fingerprint()).isEqualTo(shapes.fingerprint())
        .isNotEqualTo(new ShapesDataset(Split.TEST, 12, 4).fingerprint());
  }

  @Test
  void ofCifarCoversEveryByteOfTheSplitsFiles() throws IOException {
    CifarFiles.writeCifar10(directory);
    String train = CifarDataset.cifar10(directory, Split.TRAIN).fingerprint();
    String test = CifarDataset.cifar10(directory, Split.TEST).fingerprint();
    assertThat(train).isEqualTo(CifarDataset.cifar10(directory, Split.TRAIN).fingerprint()).isNotEqualTo(test);

    Path file = directory.resolve("data_batch_5.bin");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertThat(CifarDataset.cifar10(directory, Split.TRAIN).fingerprint()).isNotEqualTo(train);
    assertThat(CifarDataset.cifar10(directory, Split.TEST).fingerprint()).isEqualTo(test);
  }
}
