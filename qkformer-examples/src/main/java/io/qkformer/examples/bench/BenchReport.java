package io.qkformer.examples.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qkformer.kernel.Engine;
import io.qkformer.model.QKFormer;
import io.qkformer.train.analysis.FiringRates;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** The JSON line of a run: the peer's fields under the peer's names, and what only this library can tell. */
final class BenchReport {

  private static final double GIGA = 1e9;
  private static final double MILLIS = 1e3;
  private static final double LATE = 0.95;
  private static final double PERCENT = 100;

  private final Map<String, Object> line = new LinkedHashMap<>();

  /** What ran. */
  BenchReport(String version, BenchCase benchCase, Work work, QKFormer network, Engine engine, int batch) {
    line.put("qkformer", version);
    line.put("java", System.getProperty("java.version"));
    line.put("kernels", engine.kernels().name());
    line.put("case", benchCase.id());
    line.put("what", work.id());
    line.put("batch", batch);
    line.put("T", network.config().timeSteps());
    line.put("threads", engine.workers().threads());
    line.put("params", network.parameterCount());
  }

  /** How long it took. */
  BenchReport timing(Timing timing, int batch, long flopsOfSample) {
    double median = timing.median();
    double gigaFlops = flopsOfSample * batch / GIGA;
    line.put("median_ms", rounded(median, 2));
    line.put("min_ms", rounded(timing.quantile(0), 2));
    line.put("max_ms", rounded(timing.quantile(1), 2));
    line.put("p95_ms", rounded(timing.quantile(LATE), 2));
    line.put("runs", timing.millis().length);
    line.put("warmup_s", rounded(timing.warmUpSeconds(), 1));
    line.put("images_per_s", rounded(batch * MILLIS / median, 3));
    line.put("gflop_step", rounded(gigaFlops, 3));
    line.put("gflop_s", rounded(gigaFlops * MILLIS / median, 1));
    if (timing.residentEarly().isPresent() && timing.residentEnd().isPresent()) {
      double early = timing.residentEarly().getAsDouble();
      double end = timing.residentEnd().getAsDouble();
      line.put("rss_mb_step_" + Stopwatch.EARLY_STEP, rounded(early, 1));
      line.put("rss_mb_end", rounded(end, 1));
      line.put("rss_growth_percent", rounded(PERCENT * (end / early - 1), 2));
    }
    return this;
  }

  /** How much memory it took; null where the system does not tell. */
  BenchReport peak(OptionalDouble megabytes) {
    line.put("peak_rss_mb", megabytes.isPresent() ? Math.round(megabytes.getAsDouble()) : null);
    return this;
  }

  /** How often neurons fired, before the timed steps and after them. */
  BenchReport firing(FiringRates before, FiringRates after) {
    Map<String, Double> rates = new LinkedHashMap<>();
    before.byLayer().forEach((layer, rate) -> rates.put(layer, rounded(rate, 4)));
    line.put("firing_rate", rounded(before.mean(), 4));
    line.put("firing_rate_end", rounded(after.mean(), 4));
    line.put("firing_rates", rates);
    return this;
  }

  private static double rounded(double value, int digits) {
    double unit = Math.pow(10, digits);
    return Math.round(value * unit) / unit;
  }

  /** One line of JSON. */
  String toJson() {
    try {
      return new ObjectMapper().writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
