package io.qkformer.examples.report;

import io.qkformer.layer.Pass;
import io.qkformer.train.analysis.EnergyCost;
import io.qkformer.train.analysis.LayerOperations;
import io.qkformer.train.analysis.LayerPattern;
import io.qkformer.train.analysis.OperationMonitor;
import io.qkformer.train.data.Batch;
import io.qkformer.train.data.Epoch;
import java.util.List;
import java.util.Optional;

/** What the operations of one sample cost as the network fires, against dense arithmetic. */
final class EnergySection implements ReportSection {

  private static final int SAMPLES = 32;
  private static final EnergyCost COST = EnergyCost.NM_45;
  private static final double MICRO_PER_PICO = 1e-6;
  private static final double MICRO_PER_MILLI = 1e3;
  private static final double MILLION = 1e6;

  @Override
  public String id() {
    return "energy";
  }

  @Override
  public String title() {
    return "Energy";
  }

  @Override
  public Optional<String> html(ReportedRun run) {
    OperationMonitor monitor = new OperationMonitor(LayerPattern.ALL);
    int samples = 0;
    try (Epoch epoch = run.someTests(SAMPLES).epoch(0)) {
      while (epoch.hasNext()) {
        try (Batch batch = epoch.next();
            Pass pass = Pass.evaluation(run.engine(), run.model().config().timeSteps()).observe(monitor)) {
          run.model().forward(batch.images(), pass);
          samples += batch.size();
        }
      }
    }
    List<LayerOperations> layers = monitor.layers();
    double spiking = layers.stream().mapToDouble(EnergySection::micro).sum();
    double dense = layers.stream().mapToDouble(layer -> COST.dense(layer) * MICRO_PER_PICO / layer.samples()).sum();
    double highest = layers.stream().mapToDouble(EnergySection::micro).max().orElse(0);
    StringBuilder html = new StringBuilder(Html.number("<p><strong>%.4f mJ %s</strong>; with dense arithmetic "
        + "%.4f mJ, %.1f times as much. Counted on %d test %s, at %s pJ a multiply-accumulate and %s pJ an accumulate "
        + "(45 nm): matrix products alone, an integer n as n accumulates; no batch norm, no neurons, no memory "
        + "traffic.</p>%n", spiking / MICRO_PER_MILLI, run.word().any(), dense / MICRO_PER_MILLI, dense / spiking, samples,
        run.word().many(), COST.multiplyAccumulate(), COST.accumulate()));
    html.append(Html.facts(List.of(
        new String[] {"Accumulates",
            Html.number("%.2f million %s", perSample(layers, LayerOperations.Needs.ADDITIONS), run.word().any())},
        new String[] {"Multiply-accumulates", Html.number("%.2f million %s",
            perSample(layers, LayerOperations.Needs.MULTIPLICATIONS), run.word().any())})));
    html.append("<h3>Microjoules by layer</h3>\n");
    layers.forEach(layer -> html.append(Html.bar(layer.layer(), highest == 0 ? 0 : micro(layer) / highest,
        Html.number("%.3f", micro(layer)))));
    return Optional.of(html.toString());
  }

  private static double micro(LayerOperations layer) {
    return COST.spiking(layer) * MICRO_PER_PICO / layer.samples();
  }

  private static double perSample(List<LayerOperations> layers, LayerOperations.Needs needs) {
    return layers.stream().filter(layer -> layer.needs() == needs)
        .mapToDouble(layer -> (double) layer.operations() / layer.samples()).sum() / MILLION;
  }
}
