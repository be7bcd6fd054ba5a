package io.qkformer.examples;

import io.qkformer.model.QKFormer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints a model's table: layers, shapes, parameters, multiply-accumulates. */
@Command(name = "summary", mixinStandardHelpOptions = true,
    description = "Prints a model's layers, shapes, parameters and multiply-accumulates for one sample.")
final class SummaryCommand implements Runnable {

  @Spec
  private CommandSpec spec;

  @Mixin
  private ModelOptions model;

  @Option(names = "--classes", paramLabel = "N", description = "default: the preset's, else 10")
  private Integer classes;

  @Override
  public void run() {
    spec.commandLine().getOut().print(new QKFormer(model.config(classes), 0).summary());
    spec.commandLine().getOut().flush();
  }
}
