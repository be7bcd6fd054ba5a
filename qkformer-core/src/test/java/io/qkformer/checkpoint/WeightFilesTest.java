package io.qkformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;

class WeightFilesTest {
  @TempDir
  private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"strided.pth", "strided_legacy.pth", "strided_protocol5.pth",
      "strided_expected.safetensors"})
  void contentDecidesNotTheSuffix(String name) throws IOException {
    Path renamed = Files.copy(TestFiles.resource(name), folder.resolve("weights.bin"));
    TestFiles.assertSameInAnyOrder(WeightFiles.read(renamed),
        SafeTensors.read(TestFiles.resource("strided_expected.safetensors")));
  }

  @Test
  void headerLengthThatLooksLikeAPickleIsSafetensors() throws IOException {
    Path file = folder.resolve("weights");
    StateDict dict = StateDict.builder().put("x", Nd4j.scalar(1f)).build();
    int shortest = 8 * (int) Math.ceil(
        "{'__metadata__':{'k':''},'x':{'dtype':'F32','shape':[],'data_offsets':[0,4]}}".length() / 8.0);
    SafeTensors.write(file, dict, Map.of("k", "v".repeat(0x280 - shortest)));
    assertThat(Files.readAllBytes(file)).startsWith(0x80, 0x02, 0, 0, 0, 0, 0, 0, '{');
    TestFiles.assertSame(WeightFiles.read(file), dict);
  }

  @Test
  void otherFilesAreRefusedByName() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "these are no weights");
    assertThatThrownBy(() -> WeightFiles.read(file))
        .isInstanceOf(CheckpointFormatException.class).hasMessageContaining("notes.txt");
    Path empty = Files.createFile(folder.resolve("empty.pth"));
    assertThatThrownBy(() -> WeightFiles.read(empty))
        .isInstanceOf(CheckpointFormatException.class).hasMessageContaining("truncated file");
    assertThatThrownBy(() -> WeightFiles.read(folder.resolve("missing.pth")))
        .isInstanceOf(NoSuchFileException.class).hasMessageContaining("missing.pth");
    assertThatThrownBy(() -> WeightFiles.read(folder))
        .isInstanceOf(IOException.class).hasMessageContaining(folder.toString());
  }
}
