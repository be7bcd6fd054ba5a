package io.qkformer.examples;

import io.qkformer.checkpoint.AtomicFile;
import io.qkformer.examples.report.ReportedRun;
import io.qkformer.examples.report.RunReport;
import io.qkformer.train.report.ConsoleProgress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a page of a run. */
@Command(name = "report", mixinStandardHelpOptions = true,
    description = "Makes one HTML page of a run: curves, confusion matrix, accuracy by class, firing rates, energy, "
        + "token attention, misclassified images or clips. The page has all within it and needs no network. The run may still "
        + "be training; its folder stays as it is, but for the page.")
final class ReportCommand implements Callable<Integer> {

  private static final String PAGE = "report.html";

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "FOLDER", description = "the run folder")
  private Path folder;

  @Option(names = "--out", paramLabel = "FILE", description = "the page; default: " + PAGE + " in the run folder")
  private Path out;

  @Option(names = "--data-dir", paramLabel = "PATH", description = "where the data lies now, if it was moved")
  private String data;

  @Option(names = "--test-subset", paramLabel = "N",
      description = "evaluate so many of the test samples, spread evenly over them; default: as the run did")
  private Integer subset;

  @Option(names = "--threads", paramLabel = "N", description = "of the computation; default: the machine's")
  private Integer threads;

  @Override
  public Integer call() throws IOException {
    List<String> overrides = new ArrayList<>();
    add(overrides, "data_dir", data);
    add(overrides, "test_subset", subset);
    add(overrides, "threads", threads);
    Path page = out != null ? out : folder.resolve(PAGE);
    try (ReportedRun run = new ReportedRun(folder, overrides, ConsoleProgress.on(System.err))) {
      byte[] html = RunReport.standard().html(run).getBytes(StandardCharsets.UTF_8);
      AtomicFile.write(page, file -> file.write(html));
    }
    spec.commandLine().getOut().printf("%s%n", page.toAbsolutePath());
    spec.commandLine().getOut().flush();
    return 0;
  }

  private static void add(List<String> overrides, String key, Object value) {
    if (value != null) {
      overrides.add(key + "=" + value);
    }
  }
}
