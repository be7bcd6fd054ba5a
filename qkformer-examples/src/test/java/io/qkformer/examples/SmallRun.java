package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A run of train that commands look at, and what they say. */
final class SmallRun {

  private final Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private SmallRun(Path folder) {
    this.folder = folder;
  }

  /** Trains one. */
  static SmallRun train(Path folder, String... options) {
    SmallRun run = new SmallRun(folder);
    List<String> arguments = new ArrayList<>(List.of("train", "--out", folder.toString()));
    arguments.addAll(List.of(options));
    assertThat(run.command(arguments.toArray(String[]::new))).as(run.errors()).isZero();
    return run;
  }

  Path folder() {
    return folder;
  }

  /** Runs a command that shall succeed. */
  void run(String... arguments) {
    assertThat(command(arguments)).as(errors()).isZero();
  }

  /** Runs {@code analyze NAME} on it. */
  void analyze(String name, Path target, String... more) {
    List<String> arguments = new ArrayList<>(List.of("analyze", name, "--run", folder.toString(), "--out", target.toString()));
    arguments.addAll(List.of(more));
    run(arguments.toArray(String[]::new));
  }

  /** Runs a command; its exit code. */
  int command(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  /** What the last command printed. */
  String output() {
    return out.toString();
  }

  /** What the last command complained of. */
  String errors() {
    return err.toString();
  }

  /** The rows of a CSV file without its heading. */
  static List<String[]> rows(Path csv) throws IOException {
    return Files.readAllLines(csv).stream().skip(1).map(line -> line.split(",", -1)).toList();
  }
}
