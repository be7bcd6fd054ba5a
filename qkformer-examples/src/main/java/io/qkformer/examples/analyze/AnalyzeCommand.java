package io.qkformer.examples.analyze;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the paper's tables and figures show, one command each, as numbers (CSV) and as a picture (PNG). */
@Command(name = "analyze", mixinStandardHelpOptions = true,
    description = "Makes the paper's tables and figures, as CSV and as pictures.",
    subcommands = {AttentionCommand.class, ComplexityCommand.class, EnergyCommand.class, FiringRatesCommand.class,
        MemoryCommand.class})
public final class AnalyzeCommand implements Runnable {

  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected one of " + String.join(", ",
        spec.subcommands().keySet()) + "; see analyze --help");
  }
}
