package io.qkformer.examples.analyze;

import io.qkformer.attention.AttentionKind;
import io.qkformer.model.HstConfig;
import io.qkformer.train.analysis.LayerFiring;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * The rows of the paper's Table 7: firing rates of a stage, each the mean over its blocks.
 *
 * @param rows by stage, then quantity; those alone that a stage has
 */
record FiringTable(List<Row> rows) {

  /** What is measured, by the end of the layers' names, and the paper's values of HST-10-768 in stages 1 and 2. */
  enum Quantity {
    /** Queries. */
    Q("Q", "q_lif", 0.0432, 0.0231),
    /** Keys. */
    K("K", "k_lif", 0.1784, 0.0847),
    /** Values, of SSA and SDSA. */
    V("V", "v_lif"),
    /** The attention vector, A_t of QKTA, A_c of QKCA. */
    A("A", "attn_lif", 0.3477, 0.2655),
    /** What attention lets through. */
    ATTENDED("X'", "attended", 0.0832, 0.0350),
    /** The attention's output. */
    OUTPUT("X''", "proj_lif", 0.1478, 0.0577),
    /** The hidden layer of the MLP. */
    MLP_1("SMLP 1", "(?:mlp1|fc1)_lif", 0.0518, 0.0246),
    /** The output of the MLP. */
    MLP_2("SMLP 2", "(?:mlp2|fc2)_lif", 0.2733, 0.1869);

    private final String label;
    private final Pattern layers;
    private final double[] paper;

    Quantity(String label, String ending, double... paper) {
      this.label = label;
      this.layers = Pattern.compile("\\.\\d+\\.\\w+\\." + ending);
      this.paper = paper;
    }

    /** The paper's name. */
    String label() {
      return label;
    }

    /** Whether such a layer is one of a stage of this name. */
    boolean isOf(String stage, String layer) {
      return layer.startsWith(stage) && layers.matcher(layer.substring(stage.length())).matches();
    }

    /** The paper's value, of token attention in stages 1 and 2. */
    OptionalDouble paper(int stage, AttentionKind attention) {
      return attention == AttentionKind.QKTA && stage <= paper.length ? OptionalDouble.of(paper[stage - 1])
          : OptionalDouble.empty();
    }
  }

  /**
   * One row.
   *
   * @param stage     from 1 on
   * @param attention of the stage's blocks
   * @param quantity  what was measured
   * @param blocks    over how many blocks
   * @param rate      nonzero values over all values, in [0, 1]
   */
  record Row(int stage, AttentionKind attention, Quantity quantity, int blocks, double rate) {

    OptionalDouble paper() {
      return quantity.paper(stage, attention);
    }
  }

  static FiringTable of(HstConfig config, List<LayerFiring> layers) {
    List<Row> rows = new ArrayList<>();
    for (int stage = 1; stage <= config.stages().size(); stage++) {
      String name = config.form().stageName(stage - 1);
      AttentionKind attention = config.stages().get(stage - 1).attention();
      Map<Quantity, List<Double>> rates = new EnumMap<>(Quantity.class);
      for (Quantity quantity : Quantity.values()) {
        for (LayerFiring layer : layers) {
          // SSA's neuron fires X' itself
          if (quantity.isOf(name, layer.layer())
              && !(attention == AttentionKind.SSA && quantity == Quantity.A)) {
            rates.computeIfAbsent(quantity, key -> new ArrayList<>()).add(layer.rate());
          }
        }
      }
      int number = stage;
      rates.forEach((quantity, values) -> rows.add(new Row(number, attention, quantity, values.size(),
          values.stream().mapToDouble(Double::doubleValue).average().orElseThrow())));
    }
    return new FiringTable(List.copyOf(rows));
  }

  /** The row of a stage and quantity. */
  OptionalDouble rate(int stage, Quantity quantity) {
    return rows.stream().filter(row -> row.stage() == stage && row.quantity() == quantity).mapToDouble(Row::rate)
        .findFirst();
  }
}
