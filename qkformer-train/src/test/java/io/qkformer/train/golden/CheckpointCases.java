package io.qkformer.train.golden;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.checkpoint.SafeTensors;
import io.qkformer.checkpoint.StateDict;
import io.qkformer.checkpoint.WeightFiles;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Pass;
import io.qkformer.model.QKFormer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Golden cases of PyTorch's checkpoints. */
final class CheckpointCases {

  private CheckpointCases() {
  }

  static void checkpoint(GoldenCase golden, Engine engine) throws IOException {
    StateDict weights = WeightFiles.read(golden.file("checkpoint"));
    golden.check("out/head.weight", weights.get("head.weight"));
    golden.check("out/head.bias", weights.get("head.bias"));
    golden.check("out/param_sum", sum(weights));
    QKFormer model = ModelCases.build(golden);
    ModelWeights.load(weights, model);
    golden.check("out/eval_logits", logits(golden, model, engine));

    Path copy = Files.createTempFile("golden", ".safetensors");
    try {
      SafeTensors.write(copy, ModelWeights.export(model), Map.of());
      QKFormer again = ModelCases.build(golden);
      ModelWeights.load(copy, again);
      golden.check("out/eval_logits", logits(golden, again, engine));
    } finally {
      Files.delete(copy);
    }
  }

  private static INDArray logits(GoldenCase golden, QKFormer model, Engine engine) {
    try (Pass pass = Pass.evaluation(engine, golden.config("T").asInt())) {
      return model.forward(ModelCases.input(golden, golden.array("in/x")), pass).value().dup();
    }
  }

  private static double sum(StateDict weights) {
    double sum = 0;
    for (Map.Entry<String, INDArray> entry : weights.entries()) {
      if (entry.getValue().dataType() == DataType.FLOAT) {
        for (float value : entry.getValue().dup('c').reshape(entry.getValue().length()).toFloatVector()) {
          sum += value;
        }
      }
    }
    return sum;
  }
}
