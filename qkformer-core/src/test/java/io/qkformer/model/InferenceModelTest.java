package io.qkformer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.attention.AttentionKind;
import io.qkformer.attention.SsaTiming;
import io.qkformer.embedding.EmbeddingPath.Order;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.PortableKernels;
import io.qkformer.layer.Pass;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.Shortcut;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class InferenceModelTest {

  private static final int BATCH = 3;

  static List<HstConfig> all() {
    List<HstConfig> all = new ArrayList<>(SmallModels.all());
    for (Form form : Form.values()) {
      HstConfig config = SmallModels.config(form, AttentionKind.SSA);
      all.add(config.withSsaTiming(SsaTiming.MERGED));
      all.add(config.withNeuron(NeuronConfig.of(NeuronConfig.Model.PLIF)));
      all.add(config.withNeuron(NeuronConfig.lif().withSoftReset()));
      all.add(config.withSize(2 * config.height(), 3 * config.width()).withStochasticDepth(0.3));
      if (form != Form.SPIKFORMER) {
        all.add(config.withShortcut(Shortcut.PRE_ACTIVATION));
        all.add(config.withOrder(config.order() == Order.POOL_FIRST ? Order.POOL_LAST : Order.POOL_FIRST));
      }
    }
    return all;
  }

  private static INDArray evaluated(QKFormer model, INDArray x, int timeSteps, Engine engine) {
    try (Pass pass = Pass.evaluation(engine, timeSteps)) {
      return model.forward(x, pass).value().dup();
    }
  }

  private static void assertClose(INDArray actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    double[] values = TestMaps.doubles(actual);
    double[] wanted = TestMaps.doubles(expected);
    for (int i = 0; i < wanted.length; i++) {
      assertThat(values[i]).as("logit %d", i).isCloseTo(wanted[i], within(1e-5));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void logitsAreThoseOfTheEvaluationPass(HstConfig config) {
    QKFormer model = SmallModels.model(config);
    InferenceModel inference = model.forInference();
    INDArray x = SmallModels.input(config, BATCH);
    for (Engine engine : Engines.all()) {
      assertClose(inference.logits(x, config.timeSteps(), engine), evaluated(model, x, config.timeSteps(), engine));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void stepsAndInputsMayChangeFromCallToCall(HstConfig config) {
    QKFormer model = SmallModels.model(config);
    InferenceModel inference = model.forInference();
    INDArray image = SmallModels.images(config, 2);
    for (int steps : new int[] {1, 4}) {
      assertClose(inference.logits(image, steps, Engines.PORTABLE), evaluated(model, image, steps, Engines.PORTABLE));
    }
    INDArray frames = SmallModels.frames(config, 2);
    assertClose(inference.logits(frames, config.timeSteps(), Engines.PORTABLE),
        evaluated(model, frames, config.timeSteps(), Engines.PORTABLE));
  }
}
