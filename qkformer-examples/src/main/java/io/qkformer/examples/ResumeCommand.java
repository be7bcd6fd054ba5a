package io.qkformer.examples;

import io.qkformer.train.report.ConsoleProgress;
import io.qkformer.train.run.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Goes on with a training that was stopped or killed. */
@Command(name = "resume", mixinStandardHelpOptions = true,
    description = "Goes on with a training that was stopped or killed, from its last checkpoint, to the same bits as if "
        + "nothing had happened.")
final class ResumeCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "FOLDER", description = "the run folder")
  private Path folder;

  @Option(names = "--threads", paramLabel = "N", description = "of the computation; changes no number")
  private Integer threads;

  @Option(names = "--workers", paramLabel = "N", description = "threads that prepare batches; changes no number")
  private Integer workers;

  @Override
  public Integer call() throws IOException {
    List<String> overrides = new ArrayList<>();
    if (threads != null) {
      overrides.add("threads=" + threads);
    }
    if (workers != null) {
      overrides.add("workers=" + workers);
    }
    try (TrainingRun run = TrainingRun.resume(folder, overrides,
        spec.commandLine().getParseResult().originalArgs())) {
      return new Session(run, spec.commandLine(), ConsoleProgress.on(System.err)).train();
    }
  }
}
