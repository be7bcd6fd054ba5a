package io.qkformer.examples.analyze;

import io.qkformer.examples.analyze.FiringTable.Quantity;
import java.awt.Color;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Table 7 as bars. */
final class FiringPlot {

  private static final int WIDTH = 1000;
  private static final int HEIGHT = 520;
  /** Okabe and Ito's colours, told apart by the colour-blind too; the paper's lighter. */
  private static final List<Color> STAGES = List.of(new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73),
      new Color(0xCC79A7), new Color(0x000000));
  private static final List<Color> PAPER = List.of(new Color(0xA6CEE3), new Color(0xF6C8A4));

  private FiringPlot() {
  }

  /** Bars of a table. */
  static CategoryChart chart(FiringTable table, String subject) {
    CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title("Firing rates (Table 7): " + subject)
        .xAxisTitle("what fires").yAxisTitle("spikes per neuron and step").build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setAvailableSpaceFill(0.85).setDecimalPattern("0.00").setLocale(Locale.ROOT);
    List<Quantity> quantities = Arrays.stream(Quantity.values())
        .filter(quantity -> table.rows().stream().anyMatch(row -> row.quantity() == quantity)).toList();
    List<String> labels = quantities.stream().map(Quantity::label).toList();
    List<Integer> stages = table.rows().stream().map(FiringTable.Row::stage).distinct().toList();
    for (int stage : stages) {
      FiringTable.Row any = table.rows().stream().filter(row -> row.stage() == stage).findFirst().orElseThrow();
      add(chart, "stage " + stage + ", " + any.attention(), labels,
          quantities.stream().map(quantity -> number(table.rate(stage, quantity).orElse(0))),
          STAGES.get((stage - 1) % STAGES.size()));
      if (Quantity.Q.paper(stage, any.attention()).isPresent()) {
        add(chart, "stage " + stage + ", paper's HST-10-768", labels, quantities.stream()
            .map(quantity -> number(quantity.paper(stage, any.attention()).orElse(0))), PAPER.get(stage - 1));
      }
    }
    return chart;
  }

  private static Number number(double value) {
    return value;
  }

  private static void add(CategoryChart chart, String name, List<String> labels, Stream<Number> values, Color color) {
    chart.addSeries(name, labels, values.toList()).setFillColor(color);
  }
}
