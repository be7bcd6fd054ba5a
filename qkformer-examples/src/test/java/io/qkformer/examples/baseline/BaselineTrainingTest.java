package io.qkformer.examples.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.examples.baseline.BaselineConfig.Input;
import io.qkformer.inference.Activation;
import io.qkformer.inference.FloatMap;
import io.qkformer.inference.InferencePass;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.KernelProvider;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Output;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.Pass;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.RandomStream;
import io.qkformer.train.optimize.AdamW;
import io.qkformer.train.optimize.AdamWConfig;
import io.qkformer.train.optimize.Loss;
import io.qkformer.train.optimize.NoDecayRule;
import io.qkformer.train.optimize.ParameterGroups;
import io.qkformer.train.optimize.SoftTargetCrossEntropy;
import io.qkformer.train.optimize.SoftTargets;
import java.util.Arrays;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Each network at a tiny size, on kernels whose bits are the same everywhere: it learns, and its inference twin says what its evaluation says. */
class BaselineTrainingTest {

  static final int T = 2;
  private static final int CLASSES = 3;
  static final int BATCH = 6;
  private static final int[] LABELS = {0, 1, 2, 0, 1, 2};

  enum Baseline {
    SPIKFORMER(Spikformer::create),
    CML(SpikformerCml::create),
    SPIKINGFORMER(Spikingformer::create),
    SPIKE_DRIVEN(SpikeDrivenTransformer::create);

    private final BiFunction<BaselineConfig, Long, Classifier> create;

    Baseline(BiFunction<BaselineConfig, Long, Classifier> create) {
      this.create = create;
    }
  }

  /** Batch norm scales of 1..2 and shifts of 0..1: with 1 and 0 so small a network hardly fires. */
  static Classifier network(Baseline baseline, Input input) {
    Classifier network = baseline.create.apply(new BaselineConfig(input, 2, 32, 2, CLASSES), 7L);
    network.visit("", (name, parameter) -> {
      if (parameter.role() == Parameter.Role.NORM_SCALE || parameter.role() == Parameter.Role.NORM_SHIFT) {
        double low = parameter.role() == Parameter.Role.NORM_SCALE ? 1 : 0;
        RandomStream random = RandomStream.of(0, name);
        for (int i = 0; i < parameter.count(); i++) {
          parameter.value().putScalar(i, random.nextDouble(low, low + 1));
        }
      }
    });
    return network;
  }

  static INDArray input(Input input) {
    int side = input == Input.CIFAR ? 16 : 32;
    INDArray x = Nd4j.createUninitialized(DataType.FLOAT, input == Input.EVENTS ? T : 1, BATCH, side, side,
        input.channels());
    RandomStream random = RandomStream.of(3, "baseline input");
    float[] values = new float[(int) x.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (input == Input.EVENTS ? random.nextInt(4) : random.nextGaussian());
    }
    Floats.of(x).write(0, values, 0, values.length);
    return x;
  }

  private static double step(Classifier network, INDArray x, AdamW optimizer, Engine engine) {
    try (Pass pass = Pass.training(engine, T)) {
      Output logits = network.forward(x, pass);
      Loss loss = SoftTargetCrossEntropy.of(logits.value(), SoftTargets.of(LABELS, CLASSES, 0));
      optimizer.clear();
      logits.backward().apply(loss.gradient());
      optimizer.step(5e-3);
      return loss.value();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theLossFallsAndTheTwinSaysTheSame(Baseline baseline) {
    for (Input kind : Input.values()) {
      Classifier network = network(baseline, kind);
      INDArray x = input(kind);
      try (Engine engine = Engine.create(KernelProvider.portable(), 1)) {
        AdamW optimizer = new AdamW(ParameterGroups.of(network, 0, NoDecayRule.none()), AdamWConfig.defaults());
        double first = step(network, x, optimizer, engine);
        double last = first;
        for (int i = 0; i < 40; i++) {
          last = step(network, x, optimizer, engine);
        }
        assertThat(first).as(kind + " at the start").isCloseTo(Math.log(CLASSES), within(0.5));
        assertThat(last).as(kind + " after 41 steps").isLessThan(0.6 * first);
        assertTwin(network, x, engine);
      }
    }
  }

  private static void assertTwin(Classifier network, INDArray x, Engine engine) {
    float[] expected;
    try (Pass pass = Pass.evaluation(engine, T)) {
      INDArray logits = network.forward(x, pass).value();
      assertThat(logits.shape()).containsExactly(BATCH, CLASSES);
      expected = Floats.of(logits).toArray();
    }
    Activation.Shape shape = new Activation.Shape((int) x.size(0), BATCH, (int) x.size(2), (int) x.size(3),
        (int) x.size(4));
    Activation y = network.forInference().forward(new FloatMap(Floats.of(x), shape), new InferencePass(engine, T));
    float[] actual = new float[expected.length];
    y.read(0, actual, 0, actual.length);
    assertThat(actual).containsExactly(expected, within(1e-3f));
  }

  /** Every convolution, norm and head takes part: none is cut off from the loss. */
  @ParameterizedTest
  @EnumSource
  void everyWeightHasAGradientAndItsNameIsThatOfThePublishedCode(Baseline baseline) {
    Classifier network = network(baseline, Input.CIFAR);
    try (Engine engine = Engine.create(KernelProvider.portable(), 1); Pass pass = Pass.training(engine, T)) {
      Output logits = network.forward(input(Input.CIFAR), pass);
      logits.backward().apply(SoftTargetCrossEntropy.of(logits.value(), SoftTargets.of(LABELS, CLASSES, 0)).gradient());
      network.visit("", (name, parameter) -> {
        if (parameter.role() == Parameter.Role.WEIGHT) {
          float[] g = Floats.of(parameter.gradient()).toArray();
          assertThat(Arrays.equals(g, new float[g.length])).as(name + " has no gradient").isFalse();
        }
      });
    }
    String embedding = baseline == Baseline.CML ? "block1_conv" : "proj_conv";
    String query = baseline == Baseline.SPIKFORMER || baseline == Baseline.CML ? "q_linear" : "q_conv";
    StringBuilder names = new StringBuilder();
    network.visit("", (name, parameter) -> names.append(name).append('\n'));
    assertThat(names.toString()).contains("patch_embed." + embedding + ".weight\n")
        .contains("block.1.attn." + query + ".weight\n").contains("head.bias\n");
  }

  @Test
  void theTraceKnowsTheShapesAndTheParts() {
    for (Baseline baseline : Baseline.values()) {
      ShapeTrace trace = new ShapeTrace(T);
      assertThat(network(baseline, Input.IMAGENET).trace("", new MapShape(1, 2, 32, 32, 3), trace))
          .isEqualTo(new MapShape(1, 2, 1, 1, CLASSES));
      assertThat(trace.rows()).extracting(ShapeTrace.Row::name).contains("head");
      assertThat(trace.rows().stream().mapToLong(ShapeTrace.Row::multiplyAccumulates).sum()).isPositive();
    }
  }

  @Test
  void theMeanOfAStepIsThatOfItsTokensAndSharesItsGradientAmongThem() {
    StepMean mean = new StepMean();
    INDArray x = input(Input.EVENTS);
    try (Engine engine = Engine.create(KernelProvider.portable(), 1); Pass pass = Pass.training(engine, T)) {
      Output output = mean.forward(x, pass);
      assertThat(output.value().shape()).containsExactly(T, BATCH, 1, 1, 2);
      assertThat(output.value().getDouble(1, 2, 0, 0, 1)).isCloseTo(
          x.get(NDArrayIndex.point(1), NDArrayIndex.point(2)).mean(0, 1).getDouble(1), within(1e-5));
      INDArray g = output.backward().apply(Nd4j.ones(DataType.FLOAT, T, BATCH, 1, 1, 2));
      assertThat(g.shape()).isEqualTo(x.shape());
      assertThat(g.getDouble(1, 2, 3, 4, 1)).isCloseTo(1.0 / (32 * 32), within(1e-9));
      assertThatThrownBy(() -> mean.forward(Nd4j.ones(DataType.FLOAT, 2, 2), pass)).hasMessageContaining("[2, 2]");
    }
  }
}
