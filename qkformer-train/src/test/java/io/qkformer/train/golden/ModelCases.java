package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.attention.AttentionKind;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.model.Form;
import io.qkformer.model.HstConfig;
import io.qkformer.model.QKFormer;
import io.qkformer.tensor.Layouts;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Golden cases of whole models. */
final class ModelCases {

  private ModelCases() {
  }

  static QKFormer build(GoldenCase golden) {
    List<Integer> depths = new ArrayList<>();
    golden.config("depths").forEach(depth -> depths.add(depth.asInt()));
    List<AttentionKind> kinds = new ArrayList<>();
    golden.config("attn").forEach(kind -> kinds.add(ModuleCases.kind(kind.asText())));
    HstConfig shape = HstConfig.of(ModuleCases.form(golden), golden.config("side").asInt(),
        golden.config("embed").asInt(), depths.stream().mapToInt(Integer::intValue).toArray(),
        kinds.toArray(AttentionKind[]::new), golden.config("heads").asInt(), golden.config("mlp_ratio").asDouble(),
        golden.config("classes").asInt(), golden.config("T").asInt());
    assertThat(shape.inChannels()).isEqualTo(golden.config("in_ch").asInt());
    return new QKFormer(new HstConfig(shape.form(), shape.inChannels(), shape.height(), shape.width(), shape.stages(),
        shape.classes(), shape.timeSteps(), LayerCases.neuronConfig(golden, "neuron"),
        golden.config("attn_v_th").asDouble(), golden.config("ssa_scale").asDouble(), ModuleCases.timing(golden),
        shape.order(), shape.shortcut(), 0), 0);
  }

  static INDArray input(GoldenCase golden, INDArray x) {
    return ModuleCases.form(golden) == Form.EVENTS ? Layouts.fromFramesBtchw(x) : Layouts.fromImagesNchw(x);
  }

  static void model(GoldenCase golden, Engine engine) {
    assertThat(golden.config("loss").asText()).isEqualTo("cross-entropy");
    QKFormer model = build(golden);
    GoldenState.load(golden, model);
    int steps = golden.config("T").asInt();
    try (Pass pass = Pass.training(engine, steps)) {
      Output logits = model.forward(input(golden, golden.array("in/x")), pass);
      golden.check("out/logits", logits.value());
      INDArray gradient = crossEntropy(golden, logits.value());
      INDArray dx = logits.backward().apply(gradient);
      golden.check("grad/x", ModuleCases.form(golden) == Form.EVENTS ? dx.permute(1, 0, 4, 2, 3).dup('c')
          : Layouts.toFoldedNchw(dx));
      GoldenState.checkGradients(golden, model);
      GoldenState.checkBuffers(golden, model);
    }
    try (Pass pass = Pass.evaluation(engine, steps)) {
      INDArray x = input(golden, golden.array("in/x_eval"));
      golden.check("out/eval_logits", model.forward(x, pass).value());
    }
  }

  private static INDArray crossEntropy(GoldenCase golden, INDArray logits) {
    int[] labels = golden.tensor("in/labels").toInts();
    int classes = (int) logits.size(1);
    INDArray gradient = logits.dup('c');
    double loss = 0;
    for (int i = 0; i < labels.length; i++) {
      double max = logits.getRow(i).maxNumber().doubleValue();
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(logits.getDouble(i, c) - max);
      }
      for (int c = 0; c < classes; c++) {
        double p = Math.exp(logits.getDouble(i, c) - max) / sum;
        gradient.putScalar(i, c, (p - (c == labels[i] ? 1 : 0)) / labels.length);
      }
      loss += Math.log(sum) + max - logits.getDouble(i, labels[i]);
    }
    golden.check("out/loss", loss / labels.length);
    return gradient;
  }
}
