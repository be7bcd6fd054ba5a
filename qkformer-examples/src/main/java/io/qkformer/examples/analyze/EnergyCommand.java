package io.qkformer.examples.analyze;

import io.qkformer.examples.picture.SampleWord;
import io.qkformer.train.analysis.EnergyCost;
import io.qkformer.train.analysis.LayerPattern;
import io.qkformer.train.analysis.OperationMonitor;
import java.awt.Color;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Operations and energy of any network on its test samples, against dense arithmetic (the energy column of Table 2). */
@Command(name = "energy", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Counts multiply-accumulates and accumulates of a network on test samples, and what they cost, against "
        + "the same network with dense arithmetic (docs/analysis.md says what is counted). Without options: of a small "
        + "network that it trains first, in about half a minute.")
public final class EnergyCommand implements Callable<Integer> {

  /** Each layer, and the total. */
  public static final String CSV = "energy-layers.csv";
  /** The picture. */
  public static final String PLOT = "energy.png";

  private static final int WIDTH = 1000;
  private static final int HEIGHT = 560;
  private static final double MICRO_PER_MILLI = 1000;

  @Spec
  private CommandSpec spec;

  @Mixin
  private SubjectOptions subjects;

  @Mixin
  private SampleOption samples;

  @Option(names = "--mac", defaultValue = "4.6", paramLabel = "PJ",
      description = "picojoules of a multiply-accumulate; default: ${DEFAULT-VALUE}, float32 in 45 nm")
  private double multiplyAccumulate;

  @Option(names = "--ac", defaultValue = "0.9", paramLabel = "PJ",
      description = "picojoules of an accumulate; default: ${DEFAULT-VALUE}, float32 in 45 nm")
  private double accumulate;

  @Option(names = "--out", defaultValue = "runs/analyze-energy", paramLabel = "FOLDER",
      description = "for " + CSV + " and " + PLOT + "; default: ${DEFAULT-VALUE}")
  private Path out;

  @Override
  public Integer call() throws IOException {
    if (!(multiplyAccumulate > 0) || !(accumulate > 0)) {
      throw new IllegalArgumentException("--mac and --ac must be positive picojoules, got " + multiplyAccumulate
          + " and " + accumulate);
    }
    EnergyCost cost = new EnergyCost(multiplyAccumulate, accumulate);
    try (Subject subject = subjects.open()) {
      OperationMonitor monitor = new OperationMonitor(LayerPattern.ALL);
      int count = samples.count(subject);
      int correct = subject.show(count, monitor);
      EnergyTable table = EnergyTable.of(monitor.layers(), cost);
      PrintWriter text = spec.commandLine().getOut();
      text.printf(Locale.ROOT, "%s: %d test %s, %d of them classified correctly; %s pJ a multiply-accumulate, %s pJ "
          + "an accumulate%n%n", subject.description(), count, subject.word().many(), correct, multiplyAccumulate, accumulate);
      print(table, subject.word(), text);
      AnalysisFiles files = AnalysisFiles.in(out);
      files.text(CSV, csv(table));
      files.chart(PLOT, chart(table, subject));
      text.printf("%n%s and %s are in %s%n", CSV, PLOT, out.toAbsolutePath());
      text.flush();
    }
    return 0;
  }

  private static void print(EnergyTable table, SampleWord word, PrintWriter text) {
    text.printf("%-34s %7s %13s %13s %13s %11s %11s%n", "one " + word.one(), "rate", "dense MACs", "MACs", "accumulates",
        "uJ", "uJ, dense");
    for (EnergyTable.Row row : table.rows()) {
      line(row, text);
    }
    text.println();
    table.parts().forEach(part -> line(part, text));
    EnergyTable.Row total = table.total();
    line(total, text);
    text.printf(Locale.ROOT, "%n%.4f mJ %s; with dense arithmetic %.4f mJ: %.1f times as much. By firing rate times "
        + "dense operations: %.4f mJ%n", total.spiking() / MICRO_PER_MILLI, word.any(), total.denseCost() / MICRO_PER_MILLI,
        total.denseCost() / total.spiking(), byRate(table) / MICRO_PER_MILLI);
  }

  private static double byRate(EnergyTable table) {
    EnergyTable.Row total = table.total();
    return (total.multiplied() * table.cost().multiplyAccumulate() + total.byRate() * table.cost().accumulate()) * 1e-6;
  }

  private static void line(EnergyTable.Row row, PrintWriter text) {
    text.printf(Locale.ROOT, "%-34s %7s %13.0f %13.0f %13.0f %11.4f %11.4f%n", row.name(),
        Double.isNaN(row.rate()) ? "" : String.format(Locale.ROOT, "%.4f", row.rate()), row.dense(), row.multiplied(),
        row.added(), row.spiking(), row.denseCost());
  }

  private static StringBuilder csv(EnergyTable table) {
    StringBuilder csv = new StringBuilder("layer,input_rate,dense_macs,macs,accumulates,rate_times_dense,energy_uj,"
        + "dense_energy_uj\n");
    List<EnergyTable.Row> rows = new ArrayList<>(table.rows());
    rows.add(table.total());
    for (EnergyTable.Row row : rows) {
      csv.append(String.format(Locale.ROOT, "%s,%s,%.1f,%.1f,%.1f,%.1f,%.6f,%.6f%n", row.name(),
          Double.isNaN(row.rate()) ? "" : String.format(Locale.ROOT, "%.6f", row.rate()), row.dense(),
          row.multiplied(), row.added(), row.byRate(), row.spiking(), row.denseCost()));
    }
    return csv;
  }

  private static CategoryChart chart(EnergyTable table, Subject subject) {
    EnergyTable.Row total = table.total();
    CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT)
        .title(String.format(Locale.ROOT, "Energy of one %s: %.3g mJ, dense %.3g mJ. %s", subject.word().one(),
            total.spiking() / MICRO_PER_MILLI, total.denseCost() / MICRO_PER_MILLI, subject.title()))
        .xAxisTitle("part of the network").yAxisTitle("microjoules").build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendPosition(LegendPosition.InsideNE);
    chart.getStyler().setAvailableSpaceFill(0.7).setXAxisLabelRotation(30).setYAxisLogarithmic(true)
        .setLocale(Locale.ROOT);
    List<EnergyTable.Row> parts = table.parts();
    List<String> names = parts.stream().map(EnergyTable.Row::name).toList();
    // a logarithmic axis has no place for a part that costs nothing
    double least = parts.stream().mapToDouble(EnergyTable.Row::spiking).filter(value -> value > 0).min().orElse(1);
    double most = parts.stream().mapToDouble(EnergyTable.Row::denseCost).max().orElse(1);
    // bars begin at 0 unless told otherwise, where such an axis cannot begin
    chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(least)))).setYAxisMax(
        Math.pow(10, Math.ceil(Math.log10(most))));
    chart.addSeries("as it fires", names, parts.stream().map(row -> Math.max(row.spiking(), least)).toList())
        .setFillColor(new Color(0x0072B2));
    chart.addSeries("dense arithmetic", names, parts.stream().map(EnergyTable.Row::denseCost).toList())
        .setFillColor(new Color(0xD55E00));
    return chart;
  }
}
