package io.qkformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.checkpoint.CheckpointFormatException.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SafeTensorsTest {
  @TempDir
  private Path folder;

  /** A file of this header, whose single quotes stand for double ones, and this many zero bytes. */
  private Path file(String header, int dataBytes) throws IOException {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return file(json.length, json, dataBytes);
  }

  private Path file(long length, byte[] header, int dataBytes) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put(header);
    return Files.write(folder.resolve("weights.safetensors"), bytes.array());
  }

  private static void assertRefused(Path file, Problem problem, String message) {
    assertThatThrownBy(() -> SafeTensors.read(file))
        .isInstanceOfSatisfying(CheckpointFormatException.class,
            e -> assertThat(e.problem()).isEqualTo(problem))
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
    assertThatThrownBy(() -> SafeTensors.readMetadata(file)).isInstanceOf(CheckpointFormatException.class);
  }

  @Test
  void readsEveryTypeOfAFileThatPythonWrote() throws IOException {
    Path file = TestFiles.resource("dtypes.safetensors");
    StateDict dict = SafeTensors.read(file);
    for (String name : new String[] {"float64", "float32", "float16", "bfloat16"}) {
      assertThat(dict.get(name)).isEqualTo(Nd4j.createFromArray(new float[][] {{-2, -1, 0}, {1, 2, 3}}));
    }
    for (String name : new String[] {"int64", "int32", "int16", "int8"}) {
      assertThat(dict.get(name)).isEqualTo(Nd4j.createFromArray(new long[][] {{-2, -1, 0}, {1, 2, 3}}));
    }
    assertThat(dict.get("uint8"))
        .isEqualTo(Nd4j.createFromArray(new long[][] {{250, 251, 252}, {253, 254, 255}}));
    assertThat(dict.get("scalar").rank()).isZero();
    assertThat(dict.get("scalar").getFloat()).isEqualTo(0.5f);
    assertThat(dict.get("empty").shape()).containsExactly(0, 4);
    assertThat(dict.size()).isEqualTo(11);
    assertThat(SafeTensors.readMetadata(file))
        .containsOnly(Map.entry("format", "pt"), Map.entry("note", "Grüße"));
  }

  @Test
  void writesTheDocumentedBytesWithEachElementAligned() throws IOException {
    Path file = folder.resolve("weights.safetensors");
    SafeTensors.write(file, StateDict.builder()
        .put("w", Nd4j.createFromArray(1f, 2f, 3f)).put("n", Nd4j.scalar(5L)).build(), Map.of("a", "b"));
    String header = ("{'__metadata__':{'a':'b'},'w':{'dtype':'F32','shape':[3],'data_offsets':[8,20]},"
        + "'n':{'dtype':'I64','shape':[],'data_offsets':[0,8]}}").replace('\'', '"');
    int padded = (header.length() + 7) / 8 * 8;
    ByteBuffer expected = ByteBuffer.allocate(8 + padded + 20).order(ByteOrder.LITTLE_ENDIAN);
    expected.putLong(padded).put(header.getBytes(StandardCharsets.UTF_8))
        .put(" ".repeat(padded - header.length()).getBytes(StandardCharsets.UTF_8))
        .putLong(5).putFloat(1).putFloat(2).putFloat(3);
    assertThat(Files.readAllBytes(file)).isEqualTo(expected.array());
    assertThat(SafeTensors.read(file).names()).containsExactly("w", "n");
  }

  @Test
  void viewsAreWrittenAsTheyRead() throws IOException {
    INDArray base = Nd4j.arange(24).castTo(DataType.FLOAT).reshape(4, 6);
    StateDict dict = StateDict.builder()
        .put("transposed", base.transpose()).put("row", base.getRow(2)).put("column", base.getColumn(1))
        .put("fortran", base.dup('f')).build();
    Path file = folder.resolve("weights.safetensors");
    SafeTensors.write(file, dict, Map.of());
    TestFiles.assertSame(SafeTensors.read(file), dict);
    assertThat(SafeTensors.read(file).get("transposed").getFloat(1, 2)).isEqualTo(13f);
    assertThat(SafeTensors.readMetadata(file)).isEmpty();
  }

  @Test
  void tensorsLongerThanAChunkAreComplete() throws IOException {
    float[] values = new float[300_007];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 0.5f;
    }
    INDArray large = Nd4j.createFromArray(values).reshape(values.length, 1);
    StateDict dict = StateDict.builder().put("a", large).put("b", Nd4j.scalar(1L)).build();
    Path file = folder.resolve("weights.safetensors");
    SafeTensors.write(file, dict, Map.of());
    TestFiles.assertSame(SafeTensors.read(file), dict);
  }

  @Test
  void failedWriteLeavesTheOldFile() throws IOException {
    Path file = folder.resolve("weights.safetensors");
    StateDict old = StateDict.builder().put("old", Nd4j.scalar(1f)).build();
    SafeTensors.write(file, old, Map.of());
    StateDict unwritable = StateDict.builder().put("__metadata__", Nd4j.scalar(1f)).build();
    assertThatThrownBy(() -> SafeTensors.write(file, unwritable, Map.of()))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("__metadata__");
    StateDict halfPair = StateDict.builder().put("\ud800", Nd4j.scalar(1f)).build();
    assertThatThrownBy(() -> SafeTensors.write(file, halfPair, Map.of()))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("surrogate");
    assertThatThrownBy(() -> SafeTensors.write(file, old, Map.of("k", "\udc00")))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'k'");
    Path below = file.resolve("weights.safetensors");
    assertThatThrownBy(() -> SafeTensors.write(below, old, Map.of()))
        .isInstanceOf(IOException.class).hasMessageContaining(below.toString());
    TestFiles.assertSame(SafeTensors.read(file), old);
    assertThat(folder.toFile().list()).containsExactly("weights.safetensors");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 5 | 1 bytes behind the last tensor",
      "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | 8 | a hole",
      "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
          + "'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 4"
          + " | an overlap",
      "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
          + "'b':{'dtype':'F32','shape':[1],'data_offsets':[8,12]}}"
          + " | 12 | tensor 'b' begins at byte 8 of the data, expected 4: a hole",
      "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
          + "'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | 8"
          + " | Duplicate",
      "{'a':{'dtype':'F32','dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 4 | Duplicate",
      "{'__metadata__':{},'__metadata__':{}} | 0 | Duplicate",
      "{'__metadata__':{'a':1}} | 0 | '__metadata__.a': expected VALUE_STRING",
      "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}} | 4 | negative size -1",
      "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,0]}} | 0 | overflows",
      "{'a':{'dtype':'F32','shape':[9223372036854775808],'data_offsets':[0,0]}} | 0 | out of range of long",
      "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}} | 4 | needs 8 bytes, its data_offsets are [0, "
          + "4]",
      "{'a':{'dtype':'F32','shape':[1],'data_offsets':[8,4]}} | 8 | needs 4 bytes, its data_offsets are [8, "
          + "4]",
      "{'a':{'dtype':'F32','shape':[1],'data_offsets':[-4,0]}} | 4 | needs 4 bytes, its data_offsets are "
          + "[-4, 0]",
      "{'a':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}} | 4 | expected VALUE_NUMBER_INT",
      "{'a':{'dtype':'F32','shape':1,'data_offsets':[0,4]}} | 4 | expected START_ARRAY",
      "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0]}} | 4 | two data_offsets",
      "{'a':{'dtype':'F32','shape':[1]}} | 4 | needs dtype, shape and two data_offsets",
      "{'a':[]} | 0 | expected START_OBJECT",
      "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}x | 4 | not the expected JSON",
      "{}{} | 0 | goes on behind its JSON object",
      "{'a': | 0 | not the expected JSON",
      "[] | 0 | does not start with '{'",
      "` {}` | 0 | does not start with '{'"})
  void corruptHeadersAreRefused(String header, int dataBytes, String message) throws IOException {
    assertRefused(file(header, dataBytes), Problem.CORRUPT, message);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{'a':{'dtype':'F8_E4M3','shape':[1],'data_offsets':[0,1]}} | 1 | dtype 'F8_E4M3'",
      "{'a':{'dtype':'BOOL','shape':[1],'data_offsets':[0,1]}} | 1 | dtype BOOL",
      "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4],'strides':[1]}} | 4 | unknown field 'strides'",
      "{'a':{'dtype':'F32','shape':[999999999999],'data_offsets':[0,3999999999996]}} | 4 | 2 GiB at most"})
  void unsupportedContentIsRefused(String header, int dataBytes, String message) throws IOException {
    assertRefused(file(header, dataBytes), Problem.UNSUPPORTED, message);
  }

  @Test
  void shapesBeyondTheRankOfNd4jAreRefused() throws IOException {
    String shape = "1,".repeat(TensorMemory.MAX_RANK) + "1";
    assertRefused(file("{'a':{'dtype':'F32','shape':[" + shape + "],'data_offsets':[0,4]}}", 4),
        Problem.UNSUPPORTED, "more than 32 values");
  }

  @Test
  void truncatedFilesAreToldFromCorruptOnes() throws IOException {
    byte[] whole = Files.readAllBytes(TestFiles.resource("dtypes.safetensors"));
    Path file = folder.resolve("part.safetensors");
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertRefused(file, Problem.TRUNCATED, "part.safetensors");
    }
  }

  @Test
  void headerLengthIsCheckedBeforeMemoryIsTaken() throws IOException {
    byte[] header = "{}".getBytes(StandardCharsets.UTF_8);
    assertRefused(file(-1, header, 0), Problem.CORRUPT, "18446744073709551615 bytes");
    assertRefused(file(100_000_001, header, 0), Problem.CORRUPT, "at most 100000000");
    assertRefused(file(100_000_000, header, 0), Problem.TRUNCATED, "2 are there");
    assertRefused(file(0, header, 0), Problem.CORRUPT, "does not start with '{'");
  }

  @Test
  void invalidUtf8IsRefused() throws IOException {
    byte[] header =
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}".getBytes(StandardCharsets.UTF_8);
    header[2] = (byte) 0xff;
    assertRefused(file(header.length, header, 4), Problem.CORRUPT, "not valid UTF-8");
    assertRefused(file("{'\\ud800':{'dtype':'F32','shape':[],'data_offsets':[0,4]}}", 4), Problem.CORRUPT,
        "surrogate");
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    assertRefused(file("{'a':" + "[".repeat(100_000), 0), Problem.CORRUPT, "START_OBJECT");
    assertRefused(file("{'a':{'shape':" + "[".repeat(100_000), 0), Problem.CORRUPT, "");
  }

  @Test
  void emptyFileOfNoTensorsIsValid() throws IOException {
    assertThat(SafeTensors.read(file("{}", 0)).size()).isZero();
    assertThat(SafeTensors.read(file("{}   ", 0)).size()).isZero();
  }
}
