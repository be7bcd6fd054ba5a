package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.qkformer.train.checkpoint.CheckpointReader;
import io.qkformer.train.run.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is asked to end: by Ctrl-C, which is the signal INT, or by the signal TERM. */
class InterruptedRunTest {

  private static final int EPOCHS = 4;
  /** 128 and the signal's number. */
  private static final int INTERRUPTED = 130;
  private static final int TERMINATED = 143;
  /** A background process of a shell script ignores INT, and so do its children: coreutils 8.31 can give it back. */
  private static final List<String> HEEDING_INT = List.of("env", "--default-signal=INT");

  @TempDir
  private Path folder;
  private Path run;
  private TrainingProcess processes;

  @BeforeEach
  void names() {
    run = folder.resolve("run");
    processes = new TrainingProcess(folder.resolve("log.txt"));
  }

  private static boolean succeeds(List<String> command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start().waitFor() == 0;
    } catch (IOException e) {
      // there is no such program
      return false;
    }
  }

  private Process startHeedingInt(List<String> arguments) throws IOException, InterruptedException {
    assumeThat(succeeds(Stream.concat(HEEDING_INT.stream(), Stream.of("true")).toList()))
        .as("`%s`, without which INT may be ignored here", String.join(" ", HEEDING_INT)).isTrue();
    return processes.start(HEEDING_INT, arguments);
  }

  private static void interrupt(Process process) throws InterruptedException {
    assertThat(succeeds(List.of("sh", "-c", "kill -INT " + process.pid()))).as("the signal is sent").isTrue();
  }

  private void awaitCheckpoint(Process process) throws IOException, InterruptedException {
    processes.await(process, () -> TrainingProcess.steps(run) > 0);
  }

  private void assertSavedAndResumable() throws IOException, InterruptedException {
    assertThat(processes.text()).contains("stopped; to go on: resume " + run);
    assertThat(new CheckpointReader(run.resolve(RunFiles.CHECKPOINTS)).newest().progress().steps()).isPositive()
        .isLessThan((long) EPOCHS * TrainingProcess.STEPS_OF_EPOCH);
    assertThat(processes.run(TrainingProcess.resume(run))).as(processes.text()).isZero();
    assertThat(Files.readAllLines(run.resolve(RunFiles.SUMMARY))).hasSize(1 + EPOCHS);
  }

  @Test
  void savesAndSaysHowToGoOnAtCtrlC() throws IOException, InterruptedException {
    Process process = startHeedingInt(TrainingProcess.train(EPOCHS, run));
    awaitCheckpoint(process);
    interrupt(process);

    assertThat(processes.exitCode(process)).as(processes.text()).isEqualTo(INTERRUPTED);
    assertSavedAndResumable();
  }

  @Test
  void savesAndSaysHowToGoOnWhenItIsTerminated() throws IOException, InterruptedException {
    Process process = processes.start(List.of(), TrainingProcess.train(EPOCHS, run));
    awaitCheckpoint(process);
    process.destroy();

    assertThat(processes.exitCode(process)).as(processes.text()).isEqualTo(TERMINATED);
    assertSavedAndResumable();
  }

  /** Hours of making frames: it must not wait for their end. */
  @Test
  void endsAtOnceAtCtrlCWhileFramesAreMade() throws IOException, InterruptedException {
    Path frames = Files.createDirectories(folder.resolve("frames"));
    Process process = startHeedingInt(List.of("train", "--recipe", "gestures-simulated", "--train-size", "1000000",
        "--frames-dir", frames.toString(), "--out", run.toString()));
    processes.await(process, () -> !isEmpty(frames));
    interrupt(process);

    assertThat(processes.exitCode(process)).as(processes.text()).isEqualTo(INTERRUPTED);
    assertThat(processes.text()).contains("stopped; to go on: resume " + run);
    assertThat(run.resolve(RunFiles.RECIPE)).exists();
    assertThat(frames).isEmptyDirectory();
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }
}
