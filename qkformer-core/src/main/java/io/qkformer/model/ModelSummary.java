package io.qkformer.model;

import io.qkformer.layer.MapShape;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.ShapeTrace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A printable table of a model.
 *
 * @param input               shape of the input it was made for
 * @param rows                one for each layer, in the order of computation
 * @param parameters          learnable values
 * @param multiplyAccumulates of one forward pass with dense arithmetic; a static stem counts once, not T times
 */
public record ModelSummary(MapShape input, List<Row> rows, long parameters, long multiplyAccumulates) {

  /**
   * One layer.
   *
   * @param name                in the state_dict
   * @param kind                what it is
   * @param output              shape of its output
   * @param parameters          its learnable values
   * @param multiplyAccumulates of its dense arithmetic
   */
  public record Row(String name, String kind, MapShape output, long parameters, long multiplyAccumulates) {
  }

  static ModelSummary of(QKFormer model, MapShape input, ShapeTrace trace) {
    Map<String, Long> counts = new LinkedHashMap<>();
    model.visit("", (String name, Parameter parameter) ->
        counts.merge(name.substring(0, name.lastIndexOf('.')), parameter.count(), Long::sum));
    List<Row> rows = new ArrayList<>();
    long parameters = 0;
    long macs = 0;
    for (ShapeTrace.Row row : trace.rows()) {
      long own = counts.getOrDefault(row.name(), 0L);
      rows.add(new Row(row.name(), row.kind(), row.output(), own, row.multiplyAccumulates()));
      parameters += own;
      macs += row.multiplyAccumulates();
    }
    return new ModelSummary(input, List.copyOf(rows), parameters, macs);
  }

  @Override
  public String toString() {
    String format = "%-34s %-34s %-24s %12s %16s%n";
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, format, "layer", "kind", "output [T, B, H, W, C]", "parameters", "MACs"));
    for (Row row : rows) {
      text.append(String.format(Locale.ROOT, format, row.name(), row.kind(), row.output(), grouped(row.parameters()),
          grouped(row.multiplyAccumulates())));
    }
    return text.append(String.format(Locale.ROOT, format, "total", "input " + input, "", grouped(parameters),
        grouped(multiplyAccumulates))).toString();
  }

  private static String grouped(long value) {
    return value == 0 ? "" : String.format(Locale.ROOT, "%,d", value);
  }
}
