package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.train.checkpoint.CheckpointReader;
import io.qkformer.train.run.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Command lines in processes of their own, which can be killed; all write to one log.
 *
 * @param log what they say
 */
record TrainingProcess(Path log) {

  /** Steps of an epoch of {@link #train}. */
  static final int STEPS_OF_EPOCH = 12;
  /** How long a process may take, on a machine that is busy otherwise. */
  static final int LONGEST_SECONDS = 600;
  private static final List<String> TRAIN = List.of("train", "--train-size", "96", "--test-size", "20", "--batch", "8",
      "--dim", "32", "--mixup", "0.5", "--cutmix", "1", "--reprob", "0.25", "--flip", "0.5", "--aa",
      "rand-m9-n1-mstd0.4-inc1", "--model-ema", "true", "--model-ema-decay", "0.9", "--drop-path", "0.1", "--workers", "2",
      "--recovery-interval", "2", "--checkpoint-hist", "2");

  /** A training that draws and averages all that can be, with a checkpoint after every second step. */
  static List<String> train(int epochs, Path run) {
    List<String> arguments = new ArrayList<>(TRAIN);
    arguments.addAll(List.of("--epochs", Integer.toString(epochs), "--out", run.toString()));
    return arguments;
  }

  /** The training that goes on. */
  static List<String> resume(Path run) {
    return List.of("resume", run.toString());
  }

  /** The step of the newest checkpoint, 0 before there is one. */
  static long steps(Path run) throws IOException {
    return new CheckpointReader(run.resolve(RunFiles.CHECKPOINTS)).list().stream().findFirst()
        .map(newest -> newest.getFileName().toString())
        .map(name -> Long.parseLong(name.substring(name.indexOf('-') + 1))).orElse(0L);
  }

  /**
   * Starts one.
   *
   * @param launcher words before {@code java}
   */
  Process start(List<String> launcher, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules", "jdk.incubator.vector", "-Xmx512m", "-cp", System.getProperty("java.class.path"),
        Main.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
  }

  /** Starts one and waits for its exit code. */
  int run(List<String> arguments) throws IOException, InterruptedException {
    return exitCode(start(List.of(), arguments));
  }

  /** Waits for an exit code. */
  int exitCode(Process process) throws IOException, InterruptedException {
    assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).as(text()).isTrue();
    return process.exitValue();
  }

  /** What a process can be waited for. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  /** Waits until something is so, the process has ended, or it takes too long. */
  void await(Process process, Condition condition) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (!condition.holds() && process.isAlive()) {
      assertThat(System.nanoTime()).as(text()).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  /** All that was said so far. */
  String text() throws IOException {
    return Files.exists(log) ? Files.readString(log) : "";
  }
}
