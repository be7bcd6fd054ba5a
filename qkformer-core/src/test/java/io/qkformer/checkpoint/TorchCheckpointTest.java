package io.qkformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class TorchCheckpointTest {
  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource({
      "ckpt_half_plif, 235", "ckpt_legacy_cifar, 200", "ckpt_raw_cifar, 200", "ckpt_raw_cifar_torch2, 200",
      "ckpt_model_imagenet, 434", "ckpt_statedict_dvs, 122"})
  void goldenCheckpointsHaveTheirReferenceWeights(String name, int tensors) throws IOException {
    Optional<Path> checkpoint = TestFiles.golden(name + ".pth");
    Optional<Path> expected = TestFiles.golden(name + ".npz");
    Assumptions.assumeTrue(checkpoint.isPresent() && expected.isPresent(), name + " is not here");
    StateDict weights = TorchCheckpoint.read(checkpoint.get());

    assertThat(weights.size()).isEqualTo(tensors);
    assertThat(weights.names()).first().isEqualTo("patch_embed1.proj_conv.weight");
    assertThat(weights.names()).last().isEqualTo("head.bias");
    INDArray counter = weights.get("patch_embed1.proj_bn.num_batches_tracked");
    assertThat(counter.dataType()).isEqualTo(DataType.INT64);
    assertThat(counter.rank()).isZero();
    for (String tensor : new String[] {"head.weight", "head.bias"}) {
      assertThat(TestFiles.values(weights.get(tensor))).isEqualTo(TestFiles.npz(expected.get(), "out/"
          + tensor));
    }
    double sum = weights.entries().stream()
        .filter(entry -> entry.getValue().dataType() == DataType.FLOAT)
        .mapToDouble(entry -> Arrays.stream(TestFiles.values(entry.getValue())).sum())
        .sum();
    double expectedSum = TestFiles.npz(expected.get(), "out/param_sum")[0];
    assertThat(sum).isCloseTo(expectedSum, within(1e-9 * Math.abs(expectedSum)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"strided.pth", "strided_legacy.pth", "strided_protocol5.pth"})
  void viewsAndTypesAreReadAsPyTorchMeansThem(String name) throws IOException {
    TestFiles.assertSameInAnyOrder(TorchCheckpoint.read(TestFiles.resource(name)),
        SafeTensors.read(TestFiles.resource("strided_expected.safetensors")));
  }

  @Test
  void sharedStorageIsCopied() throws IOException {
    StateDict weights = TorchCheckpoint.read(TestFiles.resource("strided.pth"));
    weights.get("base").assign(100f);
    assertThat(weights.get("slice").maxNumber().floatValue()).isLessThan(2f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"training.pth", "training_legacy.pth", "training_without_checksums.pth"})
  void trainingCheckpointIsReducedToItsWeights(String name) throws IOException {
    TestFiles.assertSameInAnyOrder(TorchCheckpoint.read(TestFiles.resource(name)),
        SafeTensors.read(TestFiles.resource("training_expected.safetensors")));
  }

  @Test
  void flippedBitInAStorageIsFound() throws IOException {
    byte[] bytes = Files.readAllBytes(TestFiles.resource("strided.pth"));
    // The first element of base is -1, little-endian 00 00 80 bf.
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\0\0\u0080\u00bf\0\0\u0060\u00bf");
    assertThat(at).isPositive();
    bytes[at + 1] ^= 1;
    Path damaged = Files.write(folder.resolve("damaged.pth"), bytes);
    assertThatThrownBy(() -> TorchCheckpoint.read(damaged))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining("damaged.pth: corrupt file").hasMessageContaining("checksum");
  }

  @ParameterizedTest
  @ValueSource(strings = {"strided.pth", "strided_legacy.pth", "ckpt_legacy_cifar.pth"})
  void truncationIsFoundWhereverItHappens(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(TestFiles.resource(name));
    for (int i = 0; i < 50; i++) {
      Path part = Files.write(folder.resolve("part.pth"), Arrays.copyOf(bytes,
          (int) ((long) bytes.length * i / 50)));
      assertThatThrownBy(() -> TorchCheckpoint.read(part)).isInstanceOf(CheckpointFormatException.class);
    }
  }
}
