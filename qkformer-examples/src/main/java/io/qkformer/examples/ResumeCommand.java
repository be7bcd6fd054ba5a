package io.qkformer.examples;

import io.qkformer.train.report.ConsoleProgress;
import io.qkformer.train.run.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Goes on with a training that was stopped or killed. */
@Command(name = "resume", mixinStandardHelpOptions = true,
    customSynopsis = "qkformer resume [--KEY=VALUE]... FOLDER",
    description = "Goes on with a training that was stopped or killed, from its last checkpoint, to the same bits as if "
        + "nothing had happened. Keys of its recipe that change no number, such as --threads, --workers and --data-dir, "
        + "may be overridden for this time.")
final class ResumeCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "FOLDER", description = "the run folder")
  private Path folder;

  private final KeyOptions keys = new KeyOptions();

  /** The options of keys, which are to be added to the command. */
  KeyOptions keys() {
    return keys;
  }

  @Override
  public Integer call() throws IOException {
    try (TrainingRun run = TrainingRun.resume(folder, keys.given(),
        spec.commandLine().getParseResult().originalArgs())) {
      return new Session(run, spec.commandLine(), ConsoleProgress.on(System.err)).train();
    }
  }
}
