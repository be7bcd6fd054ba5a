package io.qkformer.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qkformer.train.checkpoint.EpochSums;
import io.qkformer.train.checkpoint.TrainingProgress;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.TensorBoardWriter;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

  private static final Session SESSION = new Session("SIMD", 2, 42, "shapes", "crc32:1234", "crc32:5678",
      List.of("train", "--epochs", "3"));

  @TempDir
  private Path parent;
  private Path path;

  @BeforeEach
  void name() {
    path = parent.resolve("runs").resolve("one");
  }

  private static TrainingProgress progress(int epoch, long steps) {
    return new TrainingProgress(epoch, 0, steps, steps, EpochSums.ZERO, 42, Map.of());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).filter(name -> !name.startsWith(".lock")).sorted()
          .toList();
    }
  }

  @Test
  void holdsWhatEachEpochLeaves() throws IOException {
    try (RunFolder run = RunFolder.create(path, "model: tiny\n")) {
      run.startSession(SESSION, TrainingProgress.start(42));
      try (TensorBoardWriter board = run.tensorBoard(TrainingProgress.start(42))) {
        board.epoch(Rows.epoch(0, 50), 4);
      }
      assertThat(run.checkpoints(2).list()).isEmpty();
      run.epochEnded(Rows.epoch(0, 50), Rows.weights(0), Map.of("model", "tiny"), 3);
      assertThat(run.summary().read()).extracting(EpochMetrics::epoch).containsExactly(0);
    }

    assertThat(names(path)).containsExactly("best", "checkpoints", "curve.png", "environment.json", "recipe.yaml",
        "summary.csv", "tensorboard", "weights-best.safetensors", "weights-last.safetensors");
    assertThat(names(path.resolve("best"))).containsExactly("epoch-0000-top1-50.00.safetensors");
    assertThat(names(path.resolve("tensorboard"))).hasSize(1);
    assertThat(path.resolve("recipe.yaml")).hasContent("model: tiny\n");
  }

  @Test
  void resumedRunDropsTheLinesThatItWritesAgain() throws IOException {
    try (RunFolder run = RunFolder.create(path, "r")) {
      run.startSession(SESSION, TrainingProgress.start(42));
      run.tensorBoard(TrainingProgress.start(42)).close();
      for (int epoch = 0; epoch < 4; epoch++) {
        run.epochEnded(Rows.epoch(epoch, 50 + epoch), Rows.weights(epoch), Map.of(), 2);
      }
    }
    try (RunFolder run = RunFolder.open(path)) {
      assertThat(run.recipe()).isEqualTo("r");
      run.startSession(SESSION, progress(2, 10));
      run.tensorBoard(progress(2, 10)).close();
      assertThat(run.summary().read()).extracting(EpochMetrics::epoch).containsExactly(0, 1);
    }
    assertThat(names(path.resolve("tensorboard"))).hasSize(2);
  }

  @Test
  void eachProcessIsNoted() throws IOException {
    try (RunFolder run = RunFolder.create(path, "r")) {
      run.startSession(SESSION, TrainingProgress.start(42));
      run.startSession(SESSION, progress(2, 345));
    }
    JsonNode sessions = new ObjectMapper().readTree(path.resolve("environment.json").toFile()).get("sessions");

    assertThat(sessions).hasSize(2);
    JsonNode second = sessions.get(1);
    assertThat(sessions.get(0).get("fromStep").longValue()).isZero();
    assertThat(second.get("fromStep").longValue()).isEqualTo(345);
    assertThat(second.get("fromEpoch").intValue()).isEqualTo(2);
    assertThat(second.get("kernels").textValue()).isEqualTo("SIMD");
    assertThat(second.get("threads").intValue()).isEqualTo(2);
    assertThat(second.get("seed").longValue()).isEqualTo(42);
    assertThat(second.get("data").textValue()).isEqualTo("shapes");
    assertThat(second.get("dataChecksum").textValue()).isEqualTo("crc32:1234");
    assertThat(second.get("java").textValue()).isEqualTo(System.getProperty("java.version"));
    assertThat(second.get("library").textValue()).matches("\\d+\\..*");
    assertThat(second.get("processors").intValue()).isPositive();
    assertThat(second.get("started").textValue()).matches("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    assertThat(second.get("command")).extracting(JsonNode::textValue).containsExactly("train", "--epochs", "3");
  }

  @Test
  void damagedEnvironmentIsNotOverwritten() throws IOException {
    try (RunFolder run = RunFolder.create(path, "r")) {
      for (String text : new String[] {"{\"sessions\": [", "[]", "{}", ""}) {
        Path file = Files.writeString(path.resolve("environment.json"), text);
        assertThatThrownBy(() -> run.startSession(SESSION, TrainingProgress.start(1))).isInstanceOf(IOException.class)
            .hasMessageContaining("environment.json is damaged").hasMessageContaining("move it away");
        assertThat(file).hasContent(text);
      }
    }
  }

  @Test
  void noEarlierRunIsOverwritten() throws IOException {
    Files.createDirectories(path);
    Path own = Files.writeString(path.resolve("weights-last.safetensors"), "precious");

    assertThatThrownBy(() -> RunFolder.create(path, "r")).isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining(path.toString()).hasMessageContaining("not empty");
    assertThat(own).hasContent("precious");
    assertThat(Files.list(path)).as("not even a lock").containsExactly(own);
  }

  @Test
  void otherFoldersAreNotResumed() throws IOException {
    assertThatThrownBy(() -> RunFolder.open(path)).isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("no run folder");
    Files.createDirectories(path);
    assertThatThrownBy(() -> RunFolder.open(path)).isInstanceOf(NoSuchFileException.class);
    assertThat(path).isEmptyDirectory();
    Path file = Files.writeString(parent.resolve("file"), "x");
    assertThatThrownBy(() -> RunFolder.create(file, "r")).isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void folderOfARunThatNeverBeganCanBeUsed() throws IOException {
    Files.createDirectories(path);
    Files.createFile(path.resolve(".lock"));
    RunFolder.create(path, "r").close();
    assertThat(path.resolve("recipe.yaml")).exists();
  }

  @Test
  void badSessionsAreNamed() {
    assertThatThrownBy(() -> new Session("SIMD", 0, 1, "d", "", "", List.of()))
        .hasMessage("threads must be at least 1, got 0");
    assertThatThrownBy(() -> new Session(null, 1, 1, "d", "", "", List.of())).hasMessage("kernels");
  }
}
