package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.qkformer.train.checkpoint.CheckpointReader;
import io.qkformer.train.run.RunFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run of its own process, with a pipe for a terminal and a limit on the size of files in place of a full disk: weights
 * can be written, the optimizer's state, which is twice as large, cannot.
 */
class FullDiskTest {

  private static final List<String> TRAIN = List.of("train", "--form", "cifar", "--dim", "32", "--train-size", "24",
      "--test-size", "10", "--epochs", "1", "--batch", "8", "--time-step", "2", "--threads", "1");
  private static final int LONGEST_SECONDS = 120;

  @TempDir
  private static Path folder;
  private static Path whole;
  private static Path run;
  private static int exitCode;
  private static String printed;

  @BeforeAll
  static void trainOnAFullDisk() throws IOException, InterruptedException {
    assumeTrue(System.getProperty("os.name").startsWith("Linux"), "the limit is one of Linux");
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash to set the limit");
    whole = folder.resolve("whole");
    assertThat(inProcess(into(whole))).isZero();
    long fits = Files.size(newest(whole).resolve("model.safetensors"));
    long tooLarge = Files.size(newest(whole).resolve("optimizer.safetensors"));
    assertThat(tooLarge).isGreaterThan(fits * 3 / 2);
    run = folder.resolve("run");
    start((fits + tooLarge) / 2 / 1024, into(run));
  }

  private static List<String> into(Path run) {
    List<String> arguments = new ArrayList<>(TRAIN);
    arguments.addAll(List.of("--out", run.toString()));
    return arguments;
  }

  private static int inProcess(List<String> arguments) {
    return Main.run(new PrintWriter(new StringWriter()), new PrintWriter(System.err), arguments.toArray(String[]::new));
  }

  private static Path newest(Path of) throws IOException {
    return new CheckpointReader(of.resolve(RunFiles.CHECKPOINTS)).list().get(0);
  }

  private static void start(long kibibytes, List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/bin/bash", "-c", "ulimit -f " + kibibytes + "; exec \"$@\"", "-",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules", "jdk.incubator.vector",
        "-Xmx512m", "-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TERM", "xterm-256color");
    Process process = builder.start();
    process.getOutputStream().close();
    printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
    exitCode = process.exitValue();
  }

  @Test
  void isToldInOneLineThatNamesTheFile() {
    assertThat(exitCode).as(printed).isEqualTo(1);
    assertThat(printed.lines().filter(line -> line.contains("error:"))).singleElement().asString()
        .startsWith("error: cannot save checkpoint " + run.resolve(RunFiles.CHECKPOINTS).resolve("step-0000000003"))
        .contains("optimizer.safetensors").contains("File too large")
        .endsWith("the checkpoints before are as they were");
    assertThat(printed).doesNotContain("\tat ").doesNotContain("Exception in thread");
  }

  @Test
  void leavesNothingHalfWrittenAndCanBeResumed() throws IOException {
    try (Stream<Path> files = Files.list(run.resolve(RunFiles.CHECKPOINTS))) {
      assertThat(files).as(printed).isEmpty();
    }
    try (Stream<Path> files = Files.walk(run)) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().endsWith(".tmp"));
    }

    assertThat(inProcess(List.of("resume", run.toString()))).isZero();

    assertThat(newest(run).getFileName()).isEqualTo(newest(whole).getFileName());
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      assertThat(newest(run).resolve(file)).hasSameBinaryContentAs(newest(whole).resolve(file));
    }
    assertThat(Files.readAllLines(run.resolve(RunFiles.SUMMARY))).hasSize(2);
  }

  /** Whatever TERM says: there is no terminal at the end of a pipe. */
  @Test
  void aPipeGetsPlainLines() {
    assertThat(printed.chars()).allMatch(c -> c == '\n' || c >= ' ');
    assertThat(printed).containsPattern("(?m)^epoch 1/1: 24 of 24 images \\(100 %\\) in .*, loss \\d\\.\\d+, lr \\d\\.\\d+, top1 ")
        .containsPattern("(?m)^evaluate: 10 of 10 images \\(100 %\\)").contains("parameters, 24 training");
  }
}
