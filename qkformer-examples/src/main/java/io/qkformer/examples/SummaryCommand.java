package io.qkformer.examples;

import io.qkformer.model.MemoryTable;
import io.qkformer.model.QKFormer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints a model's table: layers, shapes, parameters, multiply-accumulates. */
@Command(name = "summary", mixinStandardHelpOptions = true,
    description = "Prints a model's layers, shapes, parameters and multiply-accumulates for one sample, and the memory of a "
        + "training step.")
final class SummaryCommand implements Runnable {

  @Spec
  private CommandSpec spec;

  @Mixin
  private ModelOptions model;

  @Option(names = "--classes", paramLabel = "N", description = "default: the preset's, else 10")
  private Integer classes;

  @Option(names = "--batch", paramLabel = "B",
      description = "also estimate the memory of a training step with so many samples")
  private Integer batch;

  @Override
  public void run() {
    QKFormer network = new QKFormer(model.config(classes), 0);
    spec.commandLine().getOut().print(network.summary());
    if (batch != null) {
      spec.commandLine().getOut().printf("%n%s", MemoryTable.of(network, batch));
    }
    spec.commandLine().getOut().flush();
  }
}
