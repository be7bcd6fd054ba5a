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
import io.qkformer.tensor.PoolUse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

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
      if (!form.isSpikformer()) {
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
    QKFormer model = GridModels.model(config);
    InferenceModel inference = model.forInference();
    INDArray x = GridModels.input(config, BATCH);
    for (Engine engine : Engines.all()) {
      INDArray expected = evaluated(model, x, config.timeSteps(), engine);
      assertClose(inference.logits(x, config.timeSteps(), engine), expected);
      assertThat(expected.std(0).maxNumber().doubleValue()).as("samples differ").isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void stepsAndInputsMayChangeFromCallToCall(HstConfig config) {
    QKFormer model = GridModels.model(config);
    InferenceModel inference = model.forInference();
    INDArray image = GridModels.images(config, 2);
    for (int steps : new int[] {1, 4}) {
      assertClose(inference.logits(image, steps, Engines.PORTABLE), evaluated(model, image, steps, Engines.PORTABLE));
    }
    INDArray frames = SmallModels.frames(config, 2);
    assertClose(inference.logits(frames, config.timeSteps(), Engines.PORTABLE),
        evaluated(model, frames, config.timeSteps(), Engines.PORTABLE));
  }

  @Test
  void withAnyWeightsHardlyASampleSeesAFlippedSpike() {
    for (Engine engine : Engines.all()) {
      int moved = 0;
      for (HstConfig config : all()) {
        QKFormer model = SmallModels.model(config);
        INDArray x = SmallModels.input(config, BATCH);
        INDArray difference = model.forInference().logits(x, config.timeSteps(), engine)
            .sub(evaluated(model, x, config.timeSteps(), engine));
        for (int sample = 0; sample < BATCH; sample++) {
          moved += difference.getRow(sample).amaxNumber().doubleValue() > 1e-5 ? 1 : 0;
        }
      }
      // a spike that rounding flips moves everything behind it
      assertThat(moved).as("samples of %d", BATCH * all().size()).isLessThanOrEqualTo(3);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void theNumberOfThreadsChangesNoBit(HstConfig config) {
    InferenceModel inference = SmallModels.model(config).forInference();
    INDArray x = SmallModels.input(config, BATCH);
    for (Engine two : Engines.all()) {
      try (Engine one = Engine.create(two.kernels(), 1); Engine three = Engine.create(two.kernels(), 3)) {
        INDArray expected = inference.logits(x, config.timeSteps(), one);
        assertThat(inference.logits(x, config.timeSteps(), two)).isEqualTo(expected);
        assertThat(inference.logits(x, config.timeSteps(), three)).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void nothingOfTheEnginesMemoryIsHeldAndNoMoreIsAskedForTheSecondTime(HstConfig config) {
    InferenceModel inference = SmallModels.model(config).forInference();
    INDArray x = SmallModels.input(config, BATCH);
    try (Engine engine = Engine.create(new PortableKernels(), 2)) {
      inference.logits(x, config.timeSteps(), engine);
      PoolUse first = engine.pool().use();
      assertThat(first.arrays().bytes()).isZero();
      assertThat(first.buffers().bytes()).isZero();
      inference.logits(x, config.timeSteps(), engine);
      assertThat(engine.pool().use()).isEqualTo(first);
    }
  }

  @Test
  void atLargerSizesItTakesAFifthOfTheMemoryOfTheEvaluationPass() {
    HstConfig config = SmallModels.config(Form.CIFAR, AttentionKind.SSA).withSize(64, 64);
    QKFormer model = SmallModels.model(config);
    INDArray x = SmallModels.images(config, 40);
    try (Engine folded = Engine.create(2); Engine plain = Engine.create(2)) {
      model.forInference().logits(x, config.timeSteps(), folded);
      evaluated(model, x, config.timeSteps(), plain);
      assertThat(folded.pool().use().arrays().mostBytes()).isLessThan(plain.pool().use().arrays().mostBytes() / 5);
    }
  }

  @Test
  void oneObjectServesSeveralThreads() {
    HstConfig config = SmallModels.config(Form.CIFAR, AttentionKind.SSA);
    InferenceModel inference = SmallModels.model(config).forInference();
    List<CompletableFuture<Boolean>> calls = IntStream.range(0, 4).mapToObj(i -> CompletableFuture.supplyAsync(() -> {
      INDArray x = TestMaps.gaussian(i, 1, BATCH, 8, 12, 3);
      try (Engine engine = Engine.create(new PortableKernels(), 1)) {
        INDArray first = inference.logits(x, 3, engine);
        return IntStream.range(0, 5).allMatch(run -> inference.logits(x, 3, engine).equals(first));
      }
    })).toList();
    assertThat(calls).allMatch(CompletableFuture::join);
  }

  @Test
  void itIsASnapshot() {
    HstConfig config = SmallModels.config(Form.CIFAR, AttentionKind.SSA);
    QKFormer model = SmallModels.model(config);
    INDArray x = SmallModels.images(config, BATCH);
    InferenceModel inference = model.forInference();
    INDArray before = inference.logits(x, 3, Engines.PORTABLE);
    try (Pass pass = Pass.training(Engines.PORTABLE, 3)) {
      model.forward(x, pass);
    }
    model.visit("", (name, parameter) -> parameter.value().muli(1.5));
    assertThat(inference.logits(x, 3, Engines.PORTABLE)).isEqualTo(before);
    assertThat(model.forInference().logits(x, 3, Engines.PORTABLE)).isNotEqualTo(before);
  }

  @Test
  void aSampleDoesNotDependOnItsNeighbours() {
    // wide enough for several chunks
    HstConfig config = SmallModels.config(Form.CIFAR, AttentionKind.SSA).withSize(64, 64);
    InferenceModel inference = SmallModels.model(config).forInference();
    INDArray x = SmallModels.images(config, 13);
    INDArray all = inference.logits(x, 3, Engines.BEST);
    for (int sample : new int[] {0, 6, 12}) {
      INDArray one = x.get(NDArrayIndex.all(), NDArrayIndex.interval(sample, sample + 1)).dup('c');
      assertThat(inference.logits(one, 3, Engines.BEST)).isEqualTo(all.get(NDArrayIndex.interval(sample, sample + 1)));
    }
  }

  @Test
  void itRefusesWhatTheModelRefuses() {
    InferenceModel inference = SmallModels.model(SmallModels.config(Form.CIFAR, AttentionKind.SSA)).forInference();
    assertRefused(inference, TestMaps.gaussian(1, 1, 2, 8, 10, 3), 3, "multiples of 4");
    assertRefused(inference, TestMaps.gaussian(1, 1, 2, 8, 12, 1), 3, "C=1");
    assertRefused(inference, TestMaps.gaussian(1, 2, 8, 12, 3), 3, "[2, 8, 12, 3]");
    assertRefused(inference, TestMaps.gaussian(1, 2, 2, 8, 12, 3), 3, "T = 3");
    assertRefused(inference, TestMaps.gaussian(1, 1, 2, 8, 12, 3), 0, "timeSteps (T) must be at least 1, got 0");
    INDArray bad = TestMaps.gaussian(1, 1, 2, 8, 12, 3);
    bad.putScalar(new int[] {0, 1, 3, 3, 0}, Float.NaN);
    assertRefused(inference, bad, 3, "NaN in sample 1");
  }

  private static void assertRefused(InferenceModel inference, INDArray x, int timeSteps, String message) {
    assertThatThrownBy(() -> inference.logits(x, timeSteps, Engines.PORTABLE))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
  }
}
