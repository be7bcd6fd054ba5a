package io.qkformer.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.checkpoint.CheckpointException.Problem;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Checkpoints that are out in the world stay readable. */
class CheckpointFormatTest {

  @TempDir
  private Path run;

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(CheckpointFormatTest.class.getResource("/checkpoints/" + name).toURI());
  }

  private static Map<String, Object> bits(TrainingState state) {
    Map<String, INDArray> all = new LinkedHashMap<>();
    state.model().entries().forEach(entry -> all.put("model " + entry.getKey(), entry.getValue()));
    state.optimizer().tensors().forEach((name, tensor) -> all.put("optimizer " + name, tensor));
    state.average().orElseThrow().forEach((name, tensor) -> all.put("average " + name, tensor));
    Map<String, Object> bits = TinyModel.bits(all);
    all.forEach((name, tensor) -> bits.put(name + " shape", tensor.shapeInfoToString()));
    return bits;
  }

  @Test
  void versionOneIsRead() throws IOException, URISyntaxException {
    TrainingState state = new CheckpointReader(resource("format-1")).newest();
    TrainingState expected = FormatSample.state();

    assertThat(state.progress()).isEqualTo(expected.progress());
    assertThat(state.architecture()).isEqualTo("Sample[width=2]");
    assertThat(state.optimizer().steps()).isEqualTo(345);
    assertThat(state.model().names()).containsExactlyElementsOf(expected.model().names());
    assertThat(TinyModel.bits(state.optimizer().tensors())).isEqualTo(TinyModel.bits(expected.optimizer().tensors()));
    assertThat(bits(state)).isEqualTo(bits(expected));
  }

  @Test
  void todaysFilesAreThoseOfVersionOne() throws IOException, URISyntaxException {
    Path written = CheckpointStore.open(run.resolve("checkpoints")).save(FormatSample.state());
    Path committed = resource("format-1").resolve("step-0000000345");

    for (String name : new String[] {Names.MODEL, Names.OPTIMIZER, Names.AVERAGE, Names.PROGRESS}) {
      assertThat(written.resolve(name)).hasSameBinaryContentAs(committed.resolve(name));
    }
    assertThat(Files.readString(written.resolve(Names.MANIFEST)).replaceAll("\"library\" : \"[^\"]*\"", ""))
        .isEqualTo(Files.readString(committed.resolve(Names.MANIFEST)).replaceAll("\"library\" : \"[^\"]*\"", ""));
  }

  @Test
  void laterVersionIsRefusedAndBothAreNamed() throws URISyntaxException {
    Path folder = resource("format-999");
    assertThatThrownBy(() -> new CheckpointReader(folder).newest())
        .isInstanceOfSatisfying(CheckpointException.class, e -> assertThat(e.problem()).isEqualTo(Problem.TOO_NEW))
        .hasMessageContaining("step-0000000345 has format version 999").hasMessageContaining("reads up to 1");
  }

  @Test
  void laterVersionIsNotSkippedForAnOlderCheckpoint() throws IOException {
    CheckpointStore store = CheckpointStore.open(run.resolve("checkpoints"));
    store.save(TinyTraining.at(1).state());
    Path newer = store.save(TinyTraining.at(2).state());
    Resigned.sign(newer, 2);

    assertThatThrownBy(store::newest)
        .isInstanceOfSatisfying(CheckpointException.class, e -> assertThat(e.problem()).isEqualTo(Problem.TOO_NEW));
    Files.delete(newer.resolve(Names.MANIFEST_SUM));
    assertThat(store.newest().progress().steps()).as("a damaged manifest says nothing").isEqualTo(1);
  }

  @Test
  void manifestsThatContradictTheFormatAreRefused() throws IOException {
    Path checkpoint = CheckpointStore.open(run.resolve("checkpoints")).save(TinyTraining.at(2).state());
    String good = Files.readString(checkpoint.resolve(Names.MANIFEST));
    for (String[] change : new String[][] {{"qkformer-checkpoint", "other"}, {"\"version\" : 1", "\"version\" : 0"},
        {"\"version\" : 1", "\"version\" : \"1\""}, {"\"step\" : 2", "\"step\" : 3"}, {"progress.json", "../etc"},
        {"model.safetensors", "average.safetensors"}, {"\"step\" : 2", "\"step\" : 2, \"also\" : 1"},
        {"\"bytes\"", "\"length\""}}) {
      assertThat(good).contains(change[0]);
      byte[] bad = good.replace(change[0], change[1]).getBytes(StandardCharsets.UTF_8);
      Files.write(checkpoint.resolve(Names.MANIFEST), bad);
      Files.write(checkpoint.resolve(Names.MANIFEST_SUM), Manifest.sumLine(bad));
      assertThatThrownBy(() -> CheckpointReader.read(checkpoint)).as(change[1])
          .isInstanceOfSatisfying(CheckpointException.class, e -> assertThat(e.problem()).isEqualTo(Problem.CORRUPT));
    }
  }

  @Test
  void theBuildIsKnown() {
    assertThat(LibraryVersion.current().version()).matches("\\d+\\.\\d+\\.\\d+.*");
  }
}
