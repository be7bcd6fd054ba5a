package io.qkformer.examples.report;

import io.qkformer.layer.Mode;
import io.qkformer.train.analysis.FiringRates;
import io.qkformer.train.data.Batch;
import io.qkformer.train.data.Epoch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How often the neurons of each layer fire on some of the test samples. */
final class FiringSection implements ReportSection {

  private static final int SAMPLES = 64;

  @Override
  public String id() {
    return "firing-rates";
  }

  @Override
  public String title() {
    return "Firing rates";
  }

  @Override
  public Optional<String> html(ReportedRun run) {
    Map<String, Double> sums = new LinkedHashMap<>();
    int samples = 0;
    try (Epoch epoch = run.someTests(SAMPLES).epoch(0)) {
      while (epoch.hasNext()) {
        try (Batch batch = epoch.next()) {
          FiringRates rates = FiringRates.measure(run.model(), batch.images(), Mode.EVALUATION, run.engine());
          rates.byLayer().forEach((layer, rate) -> sums.merge(layer, rate * batch.size(), Double::sum));
          samples += batch.size();
        }
      }
    }
    double count = samples;
    double highest = sums.values().stream().mapToDouble(Double::doubleValue).max().orElse(0) / count;
    double mean = sums.values().stream().mapToDouble(Double::doubleValue).average().orElse(0) / count;
    StringBuilder html = new StringBuilder(Html.number("<p>Spikes per neuron and time step on %d test %s, by layer in "
        + "the order of computation. Mean over the layers: %.2f %%. The longest bar is %.2f %%.</p>%n", samples,
        run.word().many(), 100 * mean, 100 * highest));
    sums.forEach((layer, sum) -> html.append(Html.bar(layer, highest == 0 ? 0 : sum / count / highest,
        Html.number("%.2f %%", 100 * sum / count))));
    return Optional.of(html.toString());
  }
}
