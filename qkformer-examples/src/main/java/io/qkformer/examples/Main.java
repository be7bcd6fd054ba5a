package io.qkformer.examples;

import io.qkformer.examples.analyze.AnalyzeCommand;
import io.qkformer.examples.bench.BenchCommand;
import io.qkformer.train.optimize.NonFiniteException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. Exit codes: 0 done, 1 failed, 2 bad arguments or bad input, 130 stopped by Ctrl-C. */
@Command(name = "qkformer", mixinStandardHelpOptions = true, version = "qkformer 0.1.0",
    description = "Trains and evaluates QKFormer, the hierarchical spiking transformer with Q-K attention.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed: something could not be read or written, or the training diverged",
        "2:bad arguments, recipe or weights", "130:stopped by Ctrl-C; the training can be resumed"},
    subcommands = {TrainCommand.class, ResumeCommand.class, EvaluateCommand.class, PredictCommand.class,
        SummaryCommand.class, BenchCommand.class, AnalyzeCommand.class, AblateCommand.class, ReportCommand.class,
        DataCommand.class, PictureCommand.class})
public final class Main implements Runnable {

  @Spec
  private CommandSpec spec;

  /** Runs a command and ends the program with its exit code. */
  public static void main(String[] args) {
    System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
  }

  /** Runs a command and returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    return commandLine()
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Main::report)
        .execute(args);
  }

  /** All commands with all of their options. */
  static CommandLine commandLine() {
    CommandLine main = new CommandLine(new Main());
    for (CommandLine command : main.getSubcommands().values()) {
      if (command.getCommand() instanceof ResumeCommand resume) {
        resume.keys().addTo(command.getCommandSpec());
      }
      for (Object mixin : command.getMixins().values()) {
        if (mixin instanceof RecipeOptions recipe) {
          recipe.addKeysTo(command.getCommandSpec());
        } else if (mixin instanceof WeightsOptions weights) {
          weights.recipeOptions().addKeysTo(command.getCommandSpec());
        }
      }
    }
    return main;
  }

  /** What a user can mend is told in one line; anything else keeps its stack trace. */
  private static int report(Exception e, CommandLine command, CommandLine.ParseResult result) throws Exception {
    if (e instanceof UncheckedIOException unchecked) {
      // a walk through folders, or a loader's thread, met it
      return report(unchecked.getCause(), command, result);
    }
    if (e instanceof NonFiniteException) {
      command.getErr().println("error: " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    if (e instanceof IllegalArgumentException || e instanceof IOException) {
      command.getErr().println("error: " + message(e));
      return e instanceof IOException ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.USAGE;
    }
    throw e;
  }

  /** Java's own errors about a file say no more than its name. */
  private static String message(Exception e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    boolean isBare = e instanceof FileSystemException file ? message.equals(file.getFile()) && !message.contains(": ")
        : e instanceof IOException && !message.contains(" ");
    return isBare || message.isEmpty() ? e.getClass().getSimpleName() + ": " + message : message;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "missing command; see --help");
  }
}
