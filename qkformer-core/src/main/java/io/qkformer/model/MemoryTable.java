package io.qkformer.model;

import io.qkformer.layer.LayerMemory;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Recompute;
import io.qkformer.layer.ShapeTrace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * A printable table of the memory that a training step takes, layer by layer and in all.
 *
 * @param input     shape of the batch
 * @param timeSteps T
 * @param rows      one for each layer that takes any, in the order of computation
 * @param estimates one for each setting of recomputation
 */
public record MemoryTable(MapShape input, int timeSteps, List<ShapeTrace.Row> rows, List<MemoryEstimate> estimates) {

  private static final double MEGA = 1e6;

  /**
   * The table of a model.
   *
   * @param batch samples of the configured size
   * @throws IllegalArgumentException when {@code batch} is below 1
   */
  public static MemoryTable of(QKFormer model, int batch) {
    HstConfig config = model.config();
    int steps = config.form().seesEvents() ? config.timeSteps() : 1;
    MapShape input = new MapShape(steps, batch, config.height(), config.width(), config.inChannels());
    ShapeTrace trace = new ShapeTrace(config.timeSteps());
    model.trace("", input, trace);
    List<ShapeTrace.Row> rows = trace.rows().stream()
        .filter(row -> row.memory().maps() + row.memory().compact() + row.memory().working() > 0).toList();
    List<MemoryEstimate> estimates = Arrays.stream(Recompute.values())
        .map(recompute -> MemoryEstimate.of(model, input, config.timeSteps(), recompute)).toList();
    return new MemoryTable(input, config.timeSteps(), rows, estimates);
  }

  @Override
  public String toString() {
    String format = "%-34s %12s %12s %12s%n";
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "memory of a training step, MB, input %s, T = %d%n", input, timeSteps));
    text.append(String.format(Locale.ROOT, format, "layer", "kept float32", "kept compact", "gradients"));
    for (ShapeTrace.Row row : rows) {
      LayerMemory memory = row.memory();
      text.append(String.format(Locale.ROOT, format, row.name(), mega(memory.maps()), mega(memory.compact()),
          mega(memory.working())));
    }
    add(text, "recompute", estimate -> estimate.recompute().toString());
    addBytes(text, "feature maps and gradients, peak", MemoryEstimate::maps);
    addBytes(text, "bits and bytes kept", MemoryEstimate::compact);
    addBytes(text, "weights in use", MemoryEstimate::buffers);
    addBytes(text, "per batch", MemoryEstimate::perBatch);
    addBytes(text, "parameters, gradients, AdamW", MemoryEstimate::parameters);
    addBytes(text, "JVM, ND4J, spare", MemoryEstimate::overhead);
    addBytes(text, "resident in all", MemoryEstimate::total);
    return text.toString();
  }

  private void addBytes(StringBuilder text, String name, ToLongFunction<MemoryEstimate> bytes) {
    add(text, name, estimate -> mega(bytes.applyAsLong(estimate)));
  }

  private void add(StringBuilder text, String name, Function<MemoryEstimate, String> value) {
    List<String> cells = new ArrayList<>();
    estimates.forEach(estimate -> cells.add(String.format(Locale.ROOT, "%12s", value.apply(estimate))));
    text.append(String.format(Locale.ROOT, "%-34s %s%n", name, String.join(" ", cells)));
  }

  private static String mega(long bytes) {
    return bytes == 0 ? "" : String.format(Locale.ROOT, "%,.2f", bytes / MEGA);
  }
}
