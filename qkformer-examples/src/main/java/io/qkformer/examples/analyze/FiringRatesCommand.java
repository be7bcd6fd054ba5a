package io.qkformer.examples.analyze;

import io.qkformer.train.analysis.FiringMonitor;
import io.qkformer.train.analysis.LayerFiring;
import io.qkformer.train.analysis.LayerPattern;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The paper's Table 7 of any network on its test samples, and the rates of each layer, step and channel. */
@Command(name = "firing-rates", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Measures firing rates on test samples: the rows of the paper's Table 7 by stage, and each layer, step "
        + "and channel. Without options: of a small network that it trains first, in about half a minute.")
public final class FiringRatesCommand implements Callable<Integer> {

  /** The rows of Table 7. */
  public static final String TABLE = "table7-firing-rates.csv";
  /** Each layer and step. */
  public static final String LAYERS = "firing-rates-layers.csv";
  /** Each layer, step and channel. */
  public static final String CHANNELS = "firing-rates-channels.csv";
  /** The picture of Table 7. */
  public static final String PLOT = "table7-firing-rates.png";

  @Spec
  private CommandSpec spec;

  @Mixin
  private SubjectOptions subjects;

  @Mixin
  private SampleOption samples;

  @Option(names = "--layers", defaultValue = "*", paramLabel = "PATTERN",
      description = "whose channels are written, by name: * for any characters, ? for one, a comma between "
          + "alternatives; default: ${DEFAULT-VALUE}")
  private String layers;

  @Option(names = "--out", defaultValue = "runs/analyze-firing-rates", paramLabel = "FOLDER",
      description = "for " + TABLE + ", " + LAYERS + ", " + CHANNELS + " and " + PLOT + "; default: ${DEFAULT-VALUE}")
  private Path out;

  @Override
  public Integer call() throws IOException {
    LayerPattern pattern = LayerPattern.of(layers);
    try (Subject subject = subjects.open()) {
      FiringMonitor monitor = new FiringMonitor(LayerPattern.ALL);
      int count = samples.count(subject);
      int correct = subject.show(count, monitor);
      List<LayerFiring> rates = monitor.layers();
      FiringTable table = FiringTable.of(subject.model().config(), rates);
      PrintWriter text = spec.commandLine().getOut();
      text.printf(Locale.ROOT, "%s: %d test %s, %d of them classified correctly%n%n", subject.description(), count,
          subject.word().many(), correct);
      print(table, text);
      AnalysisFiles files = AnalysisFiles.in(out);
      files.text(TABLE, csv(table));
      files.text(LAYERS, layerCsv(rates));
      files.text(CHANNELS, channelCsv(rates.stream().filter(layer -> pattern.matches(layer.layer())).toList()));
      files.chart(PLOT, FiringPlot.chart(table, subject.title()));
      text.printf("%n%s, %s, %s and %s are in %s%n", TABLE, LAYERS, CHANNELS, PLOT, out.toAbsolutePath());
      text.flush();
    }
    return 0;
  }

  private static void print(FiringTable table, PrintWriter text) {
    text.printf("%-6s %-10s %-8s %7s %8s %18s%n", "stage", "attention", "", "blocks", "rate", "paper, HST-10-768");
    for (FiringTable.Row row : table.rows()) {
      text.printf(Locale.ROOT, "%-6d %-10s %-8s %7d %8.4f %18s%n", row.stage(), row.attention(),
          row.quantity().label(), row.blocks(), row.rate(),
          row.paper().isPresent() ? String.format(Locale.ROOT, "%.4f", row.paper().getAsDouble()) : "");
    }
  }

  private static StringBuilder csv(FiringTable table) {
    StringBuilder csv = new StringBuilder("stage,attention,quantity,blocks,rate,paper_hst_10_768\n");
    for (FiringTable.Row row : table.rows()) {
      csv.append(String.format(Locale.ROOT, "%d,%s,%s,%d,%.6f,%s%n", row.stage(), row.attention(),
          row.quantity().label(), row.blocks(), row.rate(),
          row.paper().isPresent() ? String.format(Locale.ROOT, "%.4f", row.paper().getAsDouble()) : ""));
    }
    return csv;
  }

  private static StringBuilder layerCsv(List<LayerFiring> rates) {
    StringBuilder csv = new StringBuilder("layer,step,rate\n");
    for (LayerFiring layer : rates) {
      double[] steps = layer.byStep();
      csv.append(String.format(Locale.ROOT, "%s,all,%.6f%n", layer.layer(), layer.rate()));
      for (int t = 0; t < steps.length; t++) {
        csv.append(String.format(Locale.ROOT, "%s,%d,%.6f%n", layer.layer(), t, steps[t]));
      }
    }
    return csv;
  }

  private static StringBuilder channelCsv(List<LayerFiring> rates) {
    StringBuilder csv = new StringBuilder("layer,step,channel,rate\n");
    for (LayerFiring layer : rates) {
      for (int t = 0; t < layer.rates().length; t++) {
        for (int c = 0; c < layer.rates()[t].length; c++) {
          csv.append(String.format(Locale.ROOT, "%s,%d,%d,%.6f%n", layer.layer(), t, c, layer.rates()[t][c]));
        }
      }
    }
    return csv;
  }
}
