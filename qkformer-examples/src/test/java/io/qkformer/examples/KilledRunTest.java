package io.qkformer.examples;

import static io.qkformer.examples.TrainingProcess.resume;
import static io.qkformer.examples.TrainingProcess.steps;
import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.checkpoint.CheckpointReader;
import io.qkformer.train.run.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run that is killed at random moments, as by {@code kill -9}, and resumed each time, comes to the bits of one that
 * was left alone. {@code -Dqkformer.kills=20} kills more often than the default.
 */
class KilledRunTest {

  private static final Logger LOG = LoggerFactory.getLogger(KilledRunTest.class);
  private static final int KILLS = Integer.getInteger("qkformer.kills", 2);
  /** More kills get a longer run, so that each has work to interrupt. */
  private static final int EPOCHS = Math.max(4, KILLS / 2);
  private static final long STEPS = (long) EPOCHS * TrainingProcess.STEPS_OF_EPOCH;
  /** A run may end by itself before it is killed; then another one is begun, but not for ever. */
  private static final int MOST_STARTS = 2 * KILLS + 10;
  /** 128 and the signal's number. */
  private static final int KILLED = 137;
  /** In steps: as long as two checkpoints, so that kills fall into all that happens between them. */
  private static final int LONGEST_PAUSE = 4;

  @TempDir
  private Path folder;
  private TrainingProcess processes;
  private Path whole;
  private Path killed;

  @BeforeEach
  void names() {
    processes = new TrainingProcess(folder.resolve("log.txt"));
    whole = folder.resolve("whole");
    killed = folder.resolve("killed");
  }

  @Test
  void comesToTheSameBits() throws IOException, InterruptedException {
    long began = System.nanoTime();
    assertThat(processes.run(TrainingProcess.train(EPOCHS, whole))).as(processes.text()).isZero();
    long stepNanos = (System.nanoTime() - began) / STEPS;

    List<Long> kills = new ArrayList<>();
    for (int start = 0; kills.size() < KILLS; start++) {
      assertThat(start).as("processes that were started for %s of %s kills", kills.size(), KILLS)
          .isLessThan(MOST_STARTS);
      if (kill(KILLS - kills.size(), stepNanos, RandomStream.of(1, "kill", start))) {
        kills.add(steps(killed));
        LOG.info("kill {} of {}: the newest checkpoint is of step {} of {}", kills.size(), KILLS, steps(killed), STEPS);
      }
      if (steps(killed) == STEPS) {
        // nothing is left that a kill could interrupt: another run is begun
        finish();
        delete(killed);
      }
    }
    finish();
    LOG.info("killed {} times, at steps {} of {}: the same bits", kills.size(), kills, STEPS);
  }

  /**
   * Starts or resumes the run and kills it at a moment that is drawn from the work that is left, such that those who come
   * later find some too.
   *
   * @param left kills, this one among them
   * @return whether it was killed, and had not ended before
   */
  private boolean kill(int left, long stepNanos, RandomStream random) throws IOException, InterruptedException {
    long from = steps(killed);
    long until = from + (long) (random.nextDouble() * 2 * (STEPS - from) / (left + 1));
    Process process = processes.start(List.of(), next());
    processes.await(process, () -> steps(killed) >= until);
    process.waitFor((long) (random.nextDouble() * LONGEST_PAUSE * stepNanos), TimeUnit.NANOSECONDS);
    process.destroyForcibly();
    int code = processes.exitCode(process);
    assertThat(code).as(processes.text()).isIn(0, KILLED);
    return code == KILLED;
  }

  private List<String> next() throws IOException {
    if (Files.exists(killed.resolve(RunFiles.RECIPE))) {
      return resume(killed);
    }
    if (Files.exists(killed)) {
      // killed before it had begun
      delete(killed);
    }
    return TrainingProcess.train(EPOCHS, killed);
  }

  private void finish() throws IOException, InterruptedException {
    assertThat(processes.run(next())).as(processes.text()).isZero();
    Path expected = newest(whole);
    Path actual = newest(killed);
    assertThat(actual.getFileName()).as(processes.text()).isEqualTo(expected.getFileName());
    // not by ND4J's equality, which allows 1e-5
    for (String file : List.of("model.safetensors", "optimizer.safetensors", "average.safetensors")) {
      assertThat(actual.resolve(file)).hasSameBinaryContentAs(expected.resolve(file));
    }
    assertThat(timeless(killed)).isEqualTo(timeless(whole)).hasSize(1 + EPOCHS);
    assertThat(killed.resolve(RunFiles.WEIGHTS_BEST)).hasSameBinaryContentAs(whole.resolve(RunFiles.WEIGHTS_BEST));
  }

  /** Without the columns that depend on the clock and the process. */
  private static List<String> timeless(Path run) throws IOException {
    return Files.readAllLines(run.resolve(RunFiles.SUMMARY)).stream().map(line -> {
      String[] fields = line.split(",", -1);
      return String.join(",", fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6], fields[9],
          fields[11], fields[12], fields[13]);
    }).toList();
  }

  private static Path newest(Path run) throws IOException {
    return new CheckpointReader(run.resolve(RunFiles.CHECKPOINTS)).list().get(0);
  }

  private static void delete(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
