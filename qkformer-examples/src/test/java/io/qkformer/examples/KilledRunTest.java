package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.checkpoint.CheckpointReader;
import io.qkformer.train.checkpoint.TrainingState;
import io.qkformer.train.run.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that is killed at random moments, as by {@code kill -9}, and resumed each time, comes to the bits of one that
 * was left alone. {@code -Dqkformer.kills=20} kills more often than the default.
 */
class KilledRunTest {

  private static final int KILLS = Integer.getInteger("qkformer.kills", 2);
  private static final List<String> TRAIN = List.of("train", "--train-size", "96", "--test-size", "20", "--epochs", "4",
      "--batch", "8", "--dim", "32", "--mixup", "0.5", "--cutmix", "1", "--reprob", "0.25", "--flip", "0.5", "--aa",
      "rand-m9-n1-mstd0.4-inc1", "--model-ema", "true", "--model-ema-decay", "0.9", "--drop-path", "0.1", "--workers", "2",
      "--recovery-interval", "2", "--checkpoint-hist", "2");
  private static final int LONGEST_SECONDS = 300;

  @TempDir
  private Path folder;

  private Process start(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules", "jdk.incubator.vector", "-Xmx512m", "-cp", System.getProperty("java.class.path"),
        Main.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log.txt").toFile())).start();
  }

  private int run(List<String> arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).as("ends in time").isTrue();
    return process.exitValue();
  }

  private static List<String> into(Path run) {
    List<String> arguments = new ArrayList<>(TRAIN);
    arguments.addAll(List.of("--out", run.toString()));
    return arguments;
  }

  /** The first columns do not depend on the clock. */
  private static List<String> timeless(Path run) throws IOException {
    return Files.readAllLines(run.resolve(RunFiles.SUMMARY)).stream().map(line -> {
      String[] fields = line.split(",", -1);
      return String.join(",", fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6], fields[9],
          fields[11], fields[12], fields[13]);
    }).toList();
  }

  @Test
  void comesToTheSameBits() throws IOException, InterruptedException {
    Path whole = folder.resolve("whole");
    long began = System.nanoTime();
    assertThat(run(into(whole))).as(log()).isZero();
    long took = System.nanoTime() - began;

    Path killed = folder.resolve("killed");
    List<String> next = into(killed);
    int kills = 0;
    while (kills < KILLS) {
      Process process = start(next);
      RandomStream random = RandomStream.of(1, "kill", kills);
      boolean ended = process.waitFor((long) (took * (0.15 + 0.7 * random.nextDouble())), TimeUnit.NANOSECONDS);
      process.destroyForcibly().waitFor();
      kills++;
      boolean hasBegun = Files.exists(killed.resolve(RunFiles.RECIPE));
      next = hasBegun ? List.of("resume", killed.toString()) : into(killed);
      if (ended && hasBegun) {
        // a new run, so that each kill hits one that is under way
        compare(whole, killed);
        delete(killed);
        next = into(killed);
      }
    }
    assertThat(run(next)).as(log()).isZero();
    compare(whole, killed);
  }

  private void compare(Path whole, Path killed) throws IOException {
    Path expected = newest(whole);
    Path actual = newest(killed);
    assertThat(actual.getFileName()).as(log()).isEqualTo(expected.getFileName());
    // not by ND4J's equality, which allows 1e-5
    for (String file : List.of("model.safetensors", "optimizer.safetensors", "average.safetensors")) {
      assertThat(actual.resolve(file)).hasSameBinaryContentAs(expected.resolve(file));
    }
    assertThat(timeless(killed)).isEqualTo(timeless(whole)).hasSize(5);
    assertThat(killed.resolve(RunFiles.WEIGHTS_BEST)).hasSameBinaryContentAs(whole.resolve(RunFiles.WEIGHTS_BEST));
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

  /** Ctrl-C is the signal INT, for which a Java program sends TERM: both run the same hook. */
  @Test
  void savesAndSaysHowToGoOnWhenItIsAskedToEnd() throws IOException, InterruptedException {
    Path run = folder.resolve("run");
    Process process = start(into(run));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (new CheckpointReader(run.resolve(RunFiles.CHECKPOINTS)).list().isEmpty() && process.isAlive()
        && System.nanoTime() < deadline) {
      Thread.sleep(50);
    }
    process.destroy();
    assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();

    assertThat(log()).contains("stopped; to go on: resume " + run);
    assertThat(process.exitValue()).isNotZero();
    TrainingState state = new CheckpointReader(run.resolve(RunFiles.CHECKPOINTS)).newest();
    assertThat(state.progress().steps()).isPositive().isLessThan(48);
    assertThat(run(List.of("resume", run.toString()))).as(log()).isZero();
    assertThat(Files.readAllLines(run.resolve(RunFiles.SUMMARY))).hasSize(5);
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log.txt"));
  }
}
