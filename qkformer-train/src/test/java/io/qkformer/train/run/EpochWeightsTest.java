package io.qkformer.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.checkpoint.SafeTensors;
import io.qkformer.train.checkpoint.EpochSums;
import io.qkformer.train.checkpoint.TrainingProgress;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.EvaluationMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochWeightsTest {

  private static final Session SESSION = new Session("SIMD", 2, 42, "shapes", "", "", List.of());

  @TempDir
  private Path parent;
  private Path path;
  private RunFolder run;

  @BeforeEach
  void create() throws IOException {
    path = parent.resolve("run");
    run = RunFolder.create(path, "r");
  }

  @AfterEach
  void close() throws IOException {
    run.close();
  }

  private void train(int from, double... top1) throws IOException {
    for (int i = 0; i < top1.length; i++) {
      run.epochEnded(Rows.epoch(from + i, top1[i]), Rows.weights(from + i), Map.of(), 2);
    }
  }

  /** Which epoch's weights each file holds. */
  private Map<String, Integer> best() throws IOException {
    Map<String, Integer> best = new TreeMap<>();
    try (Stream<Path> files = Files.list(path.resolve("best"))) {
      for (Path file : files.toList()) {
        best.put(file.getFileName().toString(), epochOf(file));
      }
    }
    return best;
  }

  private static int epochOf(Path file) throws IOException {
    int epoch = SafeTensors.read(file).get("head.bias").getInt(0);
    assertThat(SafeTensors.readMetadata(file)).containsEntry("epoch", Integer.toString(epoch))
        .containsEntry("format", "pt");
    return epoch;
  }

  private int epochOf(String name) throws IOException {
    return epochOf(path.resolve(name));
  }

  @Test
  void bestAreKeptAndOfEqualOnesTheEarlier() throws IOException {
    train(0, 10, 30, 20, 30, 5);

    assertThat(best()).isEqualTo(Map.of("epoch-0001-top1-30.00.safetensors", 1,
        "epoch-0003-top1-30.00.safetensors", 3));
    assertThat(epochOf(RunFiles.WEIGHTS_BEST)).isEqualTo(1);
    assertThat(epochOf(RunFiles.WEIGHTS_LAST)).isEqualTo(4);
    assertThat(SafeTensors.readMetadata(path.resolve(RunFiles.WEIGHTS_BEST))).containsEntry("top1", "30.0");
  }

  @Test
  void resumedRunKeepsTheSameBest() throws IOException {
    double[] top1 = {30, 20, 40, 35, 50};
    train(0, top1);
    Map<String, Integer> expected = best();
    for (int from = 0; from < top1.length; from++) {
      run.startSession(SESSION, new TrainingProgress(from, 0, 0, 0, EpochSums.ZERO, 1, Map.of()));
      train(from, Arrays.copyOfRange(top1, from, top1.length));

      assertThat(best()).as("resumed at %d", from).isEqualTo(expected);
      assertThat(epochOf(RunFiles.WEIGHTS_BEST)).isEqualTo(4);
    }
  }

  @Test
  void weightsOfARunThatTookAnotherTurnGiveWay() throws IOException {
    train(0, 10, 30, 20, 40);
    run.startSession(SESSION, new TrainingProgress(3, 0, 0, 0, EpochSums.ZERO, 1, Map.of()));
    assertThat(epochOf(RunFiles.WEIGHTS_BEST)).as("nothing is lost before there is something else").isEqualTo(3);
    train(3, 25);

    assertThat(best()).isEqualTo(Map.of(
        "epoch-0001-top1-30.00.safetensors", 1, "epoch-0003-top1-25.00.safetensors", 3));
    assertThat(epochOf(RunFiles.WEIGHTS_BEST)).isEqualTo(1);
  }

  @Test
  void epochsWithoutAnEvaluationAreNotRanked() throws IOException {
    train(0, Double.NaN);
    assertThat(path.resolve(RunFiles.BEST)).doesNotExist();
    assertThat(path.resolve(RunFiles.WEIGHTS_BEST)).doesNotExist();
    assertThat(epochOf(RunFiles.WEIGHTS_LAST)).isZero();
    train(1, 20, Double.NaN);
    assertThat(best()).hasSize(1);
    assertThat(epochOf(RunFiles.WEIGHTS_BEST)).isEqualTo(1);
    assertThat(epochOf(RunFiles.WEIGHTS_LAST)).isEqualTo(2);
  }

  @Test
  void theAverageDecidesWhereThereIsOne() throws IOException {
    EvaluationMetrics low = new EvaluationMetrics(1, 10, 20);
    EvaluationMetrics high = new EvaluationMetrics(1, 60, 70);
    run.epochEnded(new EpochMetrics(0, 0, 1, 1, low, high, 1, 1, 0, 1), Rows.weights(0), Map.of("a", "b"), 1);
    run.epochEnded(new EpochMetrics(1, 0, 1, 1, high, low, 1, 1, 0, 1), Rows.weights(1), Map.of(), 1);

    assertThat(best()).isEqualTo(Map.of("epoch-0000-top1-60.00.safetensors", 0));
    assertThat(SafeTensors.readMetadata(path.resolve(RunFiles.WEIGHTS_BEST))).containsEntry("a", "b");
  }

  @Test
  void otherFilesStay() throws IOException {
    train(0, 10);
    Path own = Files.writeString(path.resolve("best").resolve("epoch-0000-mine.safetensors"), "mine");
    train(1, 20, 30);

    assertThat(own).hasContent("mine");
  }

  @Test
  void epochsAreLeftOnceAndAtLeastOneIsKept() throws IOException {
    train(0, 10);
    assertThatThrownBy(() -> train(0, 20)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("epoch must be above 0");
    assertThat(epochOf(RunFiles.WEIGHTS_LAST)).isZero();
    assertThatThrownBy(() -> run.epochEnded(Rows.epoch(1, 1), Rows.weights(1), Map.of(), 0))
        .hasMessage("keptBest must be at least 1, got 0");
    assertThat(run.summary().read()).hasSize(1);
  }
}
