package io.qkformer.examples;

import io.qkformer.examples.study.Study;
import io.qkformer.examples.study.StudyRun;
import io.qkformer.examples.study.StudyRunner;
import io.qkformer.examples.study.StudyTable;
import io.qkformer.examples.study.Variant;
import io.qkformer.train.recipe.RecipeKey;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.report.ConsoleProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains the variants of a study and compares them. */
@Command(name = "ablate", mixinStandardHelpOptions = true,
    customSynopsis = "qkformer ablate STUDY [--seeds=N,..] [--out=FOLDER] [--only-table] [--recipe=NAME|FILE] "
        + "[--KEY=VALUE]...",
    description = "Trains the variants of a study, each with several seeds and in a run folder of its own, and makes a "
        + "table (Markdown, CSV) and a bar chart (PNG) with mean and standard deviation beside the paper's numbers. "
        + "The same command again goes on where it was stopped: finished runs are not run again. Without options a "
        + "study trains tiny models on images that the program draws, in about two minutes.")
final class AblateCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "STUDY", description = "table4 (PEDS), table5 (time steps), table6 (attention), table9 "
      + "(neurons), or a YAML file (docs/paper-tables.md)")
  private String name;

  @Option(names = "--seeds", split = ",", paramLabel = "N", order = 0, description = "instead of the study's")
  private List<Long> seeds;

  @Option(names = "--out", paramLabel = "FOLDER", order = 0,
      description = "for the run folders, the table and the chart; default: runs/ablate-<study>")
  private Path out;

  @Option(names = "--only-table", order = 0,
      description = "train nothing: table and chart of the runs that have finished")
  private boolean onlyTable;

  @Option(names = "--print", order = 0,
      description = "print the study's YAML and do nothing else, to begin one's own with")
  private boolean print;

  @Mixin
  private RecipeOptions options;

  @Override
  public Integer call() throws IOException {
    PrintWriter text = spec.commandLine().getOut();
    if (print) {
      text.print(Study.builtinText(name));
      text.flush();
      return 0;
    }
    Study study = study();
    requireFree(study);
    Path folder = out != null ? out : Path.of("runs", "ablate-" + study.id());
    List<StudyRun> runs = StudyRun.plan(study, options.given(), folder);
    StudyRunner runner = new StudyRunner(ConsoleProgress.on(System.err), line -> {
      text.println(line);
      text.flush();
    }, spec.commandLine().getParseResult().originalArgs());
    StopHook hook = new StopHook(runner::requestStop, spec.commandLine().getErr());
    try {
      StudyRunner.Outcome outcome = onlyTable ? StudyRunner.Outcome.FINISHED : runner.run(runs);
      print(study, runs, folder, outcome);
      return switch (outcome) {
        case FINISHED -> CommandLine.ExitCode.OK;
        case STOPPED -> Session.INTERRUPTED;
        case DIVERGED -> CommandLine.ExitCode.SOFTWARE;
      };
    } catch (IOException e) {
      if (!hook.isStopping()) {
        throw e;
      }
      // nobody could tell it later: the program ends as soon as the hook does
      spec.commandLine().getErr().println("error: " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    } finally {
      hook.close();
    }
  }

  private void print(Study study, List<StudyRun> runs, Path folder, StudyRunner.Outcome outcome) throws IOException {
    PrintWriter text = spec.commandLine().getOut();
    StudyTable table = StudyTable.of(study, runs);
    List<Path> files = table.write(folder);
    text.printf("%n%s%n%d of %d runs have finished. Written: %s%n", table.markdown(), table.finished(), runs.size(),
        String.join(", ", files.stream().map(Path::toString).toList()));
    if (outcome == StudyRunner.Outcome.STOPPED) {
      text.println("stopped; the same command goes on");
    }
    text.flush();
  }

  private Study study() throws IOException {
    Study study = Study.named(name);
    study = seeds == null ? study : study.withSeeds(seeds);
    return options.named().isPresent() ? study.withBase(options.named().get()) : study;
  }

  /** An override that each variant, or the seeds, would undo is a mistake. */
  private void requireFree(Study study) throws IOException {
    Map<Variant, List<String>> changes = study.changes(options.given());
    for (RecipeKey key : Recipes.keys()) {
      if (options.keys().contains(key.name())) {
        if (key.name().equals("seed")) {
          throw new IllegalArgumentException("--seed: a study trains with several; give --seeds instead");
        }
        for (Variant variant : study.variants()) {
          if (changes.get(variant).stream().map(AblateCommand::name)
              .anyMatch(set -> set.equals(key.name()) || key.aliases().contains(set))) {
            throw new IllegalArgumentException("--" + key.name().replace('_', '-') + ": study " + study.id()
                + " varies this key (" + variant.name() + "); leave it out, or change a copy of the study (ablate "
                + study.id() + " --print)");
          }
        }
      }
    }
  }

  private static String name(String override) {
    return override.substring(0, override.indexOf('=')).replace('-', '_');
  }
}
