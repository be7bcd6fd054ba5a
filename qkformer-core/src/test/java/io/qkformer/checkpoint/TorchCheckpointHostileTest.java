package io.qkformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.checkpoint.CheckpointFormatException.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.factory.Nd4j;

/** Files written by hand, with claims that PyTorch would not make. */
class TorchCheckpointHostileTest {
  private static final Map<String, byte[]> SIX_FLOATS = Map.of("data/0", new byte[24]);

  @TempDir
  private Path folder;

  private Path zip(byte[] pickle, Map<String, byte[]> entries) throws IOException {
    return PickleBytes.zip(folder.resolve("weights.pth"), pickle, entries);
  }

  private static void assertRefused(Path file, Problem problem, String message) {
    assertThatThrownBy(() -> TorchCheckpoint.read(file))
        .isInstanceOfSatisfying(CheckpointFormatException.class,
            e -> assertThat(e.problem()).isEqualTo(problem))
        .hasMessageContaining("weights.pth").hasMessageContaining(message);
  }

  /** {'w': a tensor}. */
  private static byte[] dict(String type, long elements, long offset, long[] shape, long[] strides) {
    return PickleBytes.protocol(2).op(PickleOpcode.EMPTY_DICT).text("w")
        .tensor(type, "0", elements, offset, shape, strides).op(PickleOpcode.SETITEM).stop();
  }

  private static long[] longs(String text) {
    return text.isBlank() ? new long[0] : Arrays.stream(text.trim().split(" ")).mapToLong(Long::parseLong)
        .toArray();
  }

  @Test
  void handWrittenFileIsRead() throws IOException {
    byte[] data = ByteBuffer.allocate(24).putFloat(1).putFloat(2).putFloat(3).putFloat(4).putFloat(5)
        .putFloat(6).array();
    Path file = zip(dict("FloatStorage", 6, 1, new long[] {2, 2}, new long[] {1, 3}),
        Map.of("data/0", data, "byteorder", "big".getBytes(StandardCharsets.US_ASCII)));
    assertThat(TorchCheckpoint.read(file).get("w"))
        .isEqualTo(Nd4j.createFromArray(new float[][] {{2, 5}, {3, 6}}));
  }

  @Test
  void attackIsRefusedAndNothingRuns() throws IOException {
    Path trace = folder.resolve("owned");
    byte[] attack = PickleBytes.protocol(2).op(PickleOpcode.EMPTY_DICT).text("w").global("os", "system")
        .text("touch " + trace).op(PickleOpcode.TUPLE1).op(PickleOpcode.REDUCE).op(PickleOpcode.SETITEM)
        .stop();
    assertRefused(zip(attack, SIX_FLOATS), Problem.REFUSED, "constructor os.system at byte");
    assertThat(trace).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
      "6, 0, 7, 1, leaves its storage of 6",
      "6, 1, 6, 1, leaves its storage",
      "6, -1, 2, 1, leaves its storage",
      "6, 6, 1, 1, leaves its storage",
      "6, 0, 2 3, 4 1, leaves its storage",
      "6, 0, 2, -1, leaves its storage",
      "6, 0, 2, 9223372036854775807, leaves its storage",
      "6, 9223372036854775807, 2, 1, leaves its storage",
      "6, 0, 2 2, 1, 'but strides [1]'",
      "6, 0, -2, 1, negative size -2",
      "6, 0, 4294967296 4294967296, 0 0, overflows",
      "-1, 0, 1, 1, would have -1 elements",
      "7, 0, 7, 1, 'needs 28 bytes, its entry has 24'",
      "5, 0, 5, 1, 'needs 20 bytes, its entry has 24'",
      "9223372036854775807, 0, 1, 1, would have 9223372036854775807 elements",
      "0, 0, '', '', leaves its storage"})
  void viewsOutsideTheirStorageAreCorrupt(long elements, long offset, String shape, String strides,
      String message) throws IOException {
    assertRefused(zip(dict("FloatStorage", elements, offset, longs(shape), longs(strides)), SIX_FLOATS),
        Problem.CORRUPT, message);
  }

  @Test
  void storagesLongerThanTheFileAreTruncated() throws IOException {
    assertRefused(zip(dict("FloatStorage", 100_000, 0, new long[] {1}, new long[] {1}), SIX_FLOATS),
        Problem.TRUNCATED, "need 400000 bytes");
  }

  @Test
  void smallFileCannotFillTheMemory() throws IOException {
    assertRefused(zip(dict("FloatStorage", 6, 0, new long[] {100_000_000}, new long[] {0}), SIX_FLOATS),
        Problem.UNSUPPORTED, "more than 16 times the file's");
    assertRefused(zip(dict("FloatStorage", 6, 0, new long[] {1L << 40}, new long[] {0}), SIX_FLOATS),
        Problem.UNSUPPORTED, "2 GiB at most");
    assertRefused(zip(dict("FloatStorage", 1L << 40, 0, new long[] {1}, new long[] {1}), SIX_FLOATS),
        Problem.UNSUPPORTED, "2 GiB at most");
  }

  @Test
  void compressedEntriesAreRefused() throws IOException {
    Path file = folder.resolve("weights.pth");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.putNextEntry(new ZipEntry("archive/data.pkl"));
      out.write(dict("FloatStorage", 6, 0, new long[] {6}, new long[] {1}));
    }
    assertRefused(file, Problem.UNSUPPORTED, "data.pkl is compressed");
  }

  @Test
  void missingPartsAreNamed() throws IOException {
    assertRefused(zip(dict("FloatStorage", 6, 0, new long[] {6}, new long[] {1}), Map.of()), Problem.CORRUPT,
        "storage '0' is not in the archive");
    assertRefused(zip(dict("FloatStorage", 6, 0, new long[] {6}, new long[] {1}),
        Map.of("second/data.pkl", new byte[1])), Problem.CORRUPT, "this one 2");
  }

  @Test
  void typesThatNoWeightHasAreRefused() throws IOException {
    assertRefused(zip(dict("BoolStorage", 6, 0, new long[] {6}, new long[] {1}), SIX_FLOATS),
        Problem.UNSUPPORTED, "dtype BOOL");
    assertRefused(zip(dict("QInt8Storage", 6, 0, new long[] {6}, new long[] {1}), SIX_FLOATS),
        Problem.REFUSED, "torch.QInt8Storage");
  }

  @Test
  void oneStorageCannotHaveTwoTypes() throws IOException {
    long[] one = {1};
    byte[] pickle = PickleBytes.protocol(2).op(PickleOpcode.EMPTY_DICT).op(PickleOpcode.MARK).text("a")
        .tensor("FloatStorage", "0", 6, 0, one, one).text("b").tensor("LongStorage", "0", 3, 0, one, one)
        .op(PickleOpcode.SETITEMS).stop();
    assertRefused(zip(pickle, SIX_FLOATS), Problem.CORRUPT, "storage '0' is 6 x F32 and also 3 x I64");
  }

  @Test
  void filesWithoutWeightsSayWhatTheyHold() throws IOException {
    assertRefused(zip(PickleBytes.protocol(2).op(PickleOpcode.EMPTY_DICT).text("epoch").number(3)
        .op(PickleOpcode.SETITEM).stop(), Map.of()), Problem.UNSUPPORTED, "the keys begin with [epoch]");
    assertRefused(zip(PickleBytes.protocol(2).number(3).stop(), Map.of()), Problem.UNSUPPORTED,
        "no dictionary");
    assertRefused(zip(PickleBytes.protocol(2).op(PickleOpcode.EMPTY_DICT).text("model")
        .op(PickleOpcode.EMPTY_DICT).text("w").number(3).op(PickleOpcode.SETITEM).op(PickleOpcode.SETITEM)
        .stop(), Map.of()), Problem.UNSUPPORTED, "entry 'w' of the state_dict is not a named tensor");
  }

  @Test
  void dictionaryThatContainsItselfIsRefused() throws IOException {
    byte[] pickle = PickleBytes.protocol(2).op(PickleOpcode.EMPTY_DICT).op(PickleOpcode.BINPUT, 0)
        .text("model").op(PickleOpcode.BINGET, 0).op(PickleOpcode.SETITEM).stop();
    assertRefused(zip(pickle, Map.of()), Problem.UNSUPPORTED, "entry 'model' of the state_dict");
  }

  @Test
  void pickleOfAnotherProgramIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("weights.pth"),
        PickleBytes.protocol(4).op(PickleOpcode.EMPTY_DICT).stop());
    assertRefused(file, Problem.CORRUPT, "not one of PyTorch");
  }
}
