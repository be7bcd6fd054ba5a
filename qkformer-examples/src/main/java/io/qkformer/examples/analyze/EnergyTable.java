package io.qkformer.examples.analyze;

import io.qkformer.train.analysis.EnergyCost;
import io.qkformer.train.analysis.LayerOperations;
import io.qkformer.train.analysis.LayerOperations.Needs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Operations and energy of one sample.
 *
 * @param cost of an operation
 * @param rows one for each layer, in the order of computation
 */
record EnergyTable(EnergyCost cost, List<Row> rows) {

  private static final double MICRO_PER_PICO = 1e-6;

  /**
   * One layer, or several together.
   *
   * @param name       of the layer, or of the part
   * @param rate       share of the inputs that are not 0
   * @param dense      multiply-accumulates of dense arithmetic
   * @param multiplied multiply-accumulates that the layer needs, where its input is real
   * @param added      accumulates that it needs, where its input is whole
   * @param byRate     firing rate times dense operations, where its input is whole
   * @param spiking    microjoules
   * @param denseCost  microjoules with dense arithmetic
   */
  record Row(String name, double rate, double dense, double multiplied, double added, double byRate, double spiking,
      double denseCost) {

    Row plus(Row other) {
      return new Row(name, Double.NaN, dense + other.dense, multiplied + other.multiplied, added + other.added,
          byRate + other.byRate, spiking + other.spiking, denseCost + other.denseCost);
    }

    Row named(String newName) {
      return new Row(newName, rate, dense, multiplied, added, byRate, spiking, denseCost);
    }
  }

  static EnergyTable of(List<LayerOperations> layers, EnergyCost cost) {
    return new EnergyTable(cost, layers.stream().map(layer -> row(layer, cost)).toList());
  }

  private static Row row(LayerOperations layer, EnergyCost cost) {
    double n = layer.samples();
    boolean adds = layer.needs() == Needs.ADDITIONS;
    return new Row(layer.layer(), layer.rate(), layer.dense() / n, adds ? 0 : layer.operations() / n,
        adds ? layer.operations() / n : 0, adds ? layer.operationsByRate() / n : 0,
        cost.spiking(layer) * MICRO_PER_PICO / n, cost.dense(layer) * MICRO_PER_PICO / n);
  }

  Row total() {
    return rows.stream().reduce(Row::plus).orElseThrow().named("total");
  }

  /** Embeddings, and attention and MLP of each stage over its blocks. */
  List<Row> parts() {
    Map<String, Row> parts = new LinkedHashMap<>();
    for (Row row : rows) {
      parts.merge(part(row.name()), row.named(part(row.name())), Row::plus);
    }
    return new ArrayList<>(parts.values());
  }

  private static String part(String layer) {
    String[] names = layer.split("\\.");
    if (names.length < 4) {
      return names[0];
    }
    return names[0] + (names[2].contains("mlp") ? " MLP" : " attention");
  }
}
