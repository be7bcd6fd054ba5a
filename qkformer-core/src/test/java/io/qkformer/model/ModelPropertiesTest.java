package io.qkformer.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.attention.AttentionKind;
import io.qkformer.attention.SsaTiming;
import io.qkformer.kernel.Convolution.Path;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.Kernels;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Output;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.Pass;
import io.qkformer.support.Engines;
import io.qkformer.support.ReferenceCheck;
import io.qkformer.support.TestMaps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What holds for every model, whatever its weights. Portable kernels: a flipped spike would be the same
 * anywhere.
 */
class ModelPropertiesTest {

  private static final int BATCH = 4;

  static List<HstConfig> all() {
    return SmallModels.all();
  }

  private static INDArray logits(QKFormer model, INDArray x) {
    try (Pass pass = Pass.evaluation(Engines.PORTABLE, model.config().timeSteps())) {
      INDArray y = model.forward(x, pass).value().dup();
      assertThat(y.norm1Number().doubleValue()).isPositive();
      return y;
    }
  }

  private static INDArray samples(INDArray x, int... indices) {
    List<INDArray> parts = new ArrayList<>();
    for (int b : indices) {
      parts.add(x.get(NDArrayIndex.all(), NDArrayIndex.interval(b, b + 1)));
    }
    return Nd4j.concat(1, parts.toArray(INDArray[]::new)).dup('c');
  }

  private static INDArray rows(INDArray logits, int... indices) {
    return Nd4j.vstack(Arrays.stream(indices).mapToObj(i -> logits.get(NDArrayIndex.interval(i, i + 1)))
        .toArray(INDArray[]::new));
  }

  /** The gradients of one call: of the input, and of the parameters. */
  private record Gradients(INDArray logits, INDArray input, List<INDArray> parameters) {

    static Gradients of(QKFormer model, INDArray x, INDArray g, Mode mode, Engine engine) {
      model.clearGradients();
      return added(model, x, g, mode, engine);
    }

    static Gradients added(QKFormer model, INDArray x, INDArray g, Mode mode, Engine engine) {
      try (Pass pass = Pass.of(mode, engine, model.config().timeSteps())) {
        Output output = model.forward(x, pass);
        INDArray dx = output.backward().apply(g).dup();
        return new Gradients(output.value().dup(), dx, ReferenceCheck.parameters(model).values().stream()
            .map(parameter -> parameter.gradient().dup()).toList());
      }
    }

    void assertEqual(Gradients other, double tolerance) {
      ReferenceCheck.assertClose(logits, other.logits, tolerance, "logits");
      assertParametersEqual(other, tolerance);
    }

    void assertParametersEqual(Gradients other, double tolerance) {
      for (int i = 0; i < parameters.size(); i++) {
        ReferenceCheck.assertClose(parameters.get(i), other.parameters.get(i), tolerance, "gradient " + i);
      }
    }
  }

  private static INDArray gradient(int batch) {
    return TestMaps.gaussian(9, batch, SmallModels.CLASSES);
  }

  @ParameterizedTest
  @MethodSource("all")
  void evaluationOfASampleDoesNotDependOnItsNeighbours(HstConfig config) {
    QKFormer model = SmallModels.model(config);
    INDArray x = SmallModels.input(config, BATCH);
    INDArray together = logits(model, x);
    ReferenceCheck.assertClose(logits(model, samples(x, 2, 0, 3, 1)), rows(together, 2, 0, 3, 1), 1e-5,
        "permuted");
    for (int b = 0; b < BATCH; b++) {
      ReferenceCheck.assertClose(logits(model, samples(x, b)), rows(together, b), 1e-5, "alone");
    }
    ReferenceCheck.assertClose(logits(model, samples(x, 1, 1, 1)), rows(together, 1, 1, 1), 1e-5, "repeated");
  }

  @Test
  void withMergedTimingItDoesWhichIsTheTrapOfPublishedScores() {
    HstConfig config = SmallModels.config(Form.CIFAR, AttentionKind.SSA).withSsaTiming(SsaTiming.MERGED);
    QKFormer model = SmallModels.model(config);
    INDArray x = SmallModels.images(config, BATCH);
    INDArray together = logits(model, x);
    assertThat(logits(model, samples(x, 3)).distance2(rows(together, 3))).isGreaterThan(1e-3);
    assertThat(logits(model, samples(x, 2, 0, 3, 1)).distance2(rows(together, 2, 0, 3, 1)))
        .isGreaterThan(1e-3);
    // alone, the published neuron is the right one
    QKFormer right = SmallModels.model(config.withSsaTiming(SsaTiming.PER_SAMPLE));
    assertThat(logits(model, samples(x, 3))).isEqualTo(logits(right, samples(x, 3)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatComesLaterDoesNotChangeWhatWas(HstConfig config) {
    QKFormer model = SmallModels.model(config);
    INDArray x = SmallModels.frames(config, 2);
    for (int t = 1; t < config.timeSteps(); t++) {
      INDArray changed = x.dup('c');
      changed.get(NDArrayIndex.interval(t, config.timeSteps())).muli(-2).addi(1);
      try (Pass pass = Pass.evaluation(Engines.PORTABLE, config.timeSteps())) {
        List<INDArray> before = model.features(x, pass).maps();
        List<INDArray> after = model.features(changed, pass).maps();
        for (int stage = 0; stage < before.size(); stage++) {
          assertThat(until(after.get(stage), t)).isEqualTo(until(before.get(stage), t));
        }
        assertThat(after.get(0)).as("the change is seen").isNotEqualTo(before.get(0));
      }
    }
  }

  private static INDArray until(INDArray map, int t) {
    return map.get(NDArrayIndex.interval(0, t)).dup('c');
  }

  @ParameterizedTest
  @MethodSource("all")
  void aStaticImageIsTheImageRepeated(HstConfig config) {
    INDArray image = SmallModels.images(config, 2);
    INDArray[] copies = new INDArray[config.timeSteps()];
    Arrays.fill(copies, image);
    INDArray repeated = Nd4j.concat(0, copies).dup('c');
    for (Mode mode : List.of(Mode.TRAINING, Mode.FROZEN_STATISTICS)) {
      QKFormer model = SmallModels.model(config);
      Gradients once = Gradients.of(model, image, gradient(2), mode, Engines.PORTABLE);
      Gradients each = Gradients.of(model, repeated, gradient(2), mode, Engines.PORTABLE);
      once.assertEqual(each, 1e-4);
      ReferenceCheck.assertClose(once.input(), each.input().sum(0).reshape(image.shape()), 1e-4, "input");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void microBatchesAddUpToTheBatchWithFrozenStatistics(HstConfig config) {
    QKFormer model = SmallModels.model(config);
    INDArray x = SmallModels.input(config, BATCH);
    INDArray g = gradient(BATCH);
    Gradients whole = Gradients.of(model, x, g, Mode.FROZEN_STATISTICS, Engines.PORTABLE);
    Gradients.of(model, samples(x, 0, 1, 2), g.get(NDArrayIndex.interval(0, 3)).dup('c'),
        Mode.FROZEN_STATISTICS,
        Engines.PORTABLE);
    Gradients.added(model, samples(x, 3), g.get(NDArrayIndex.interval(3, 4)).dup('c'), Mode.FROZEN_STATISTICS,
        Engines.PORTABLE).assertParametersEqual(whole, 1e-5);
  }

  @ParameterizedTest
  @MethodSource("all")
  void timeStepsAndImageSizeMayChangeBetweenCalls(HstConfig config) {
    QKFormer model = SmallModels.model(config);
    INDArray first = logits(model, SmallModels.images(config, 2));
    for (int t : new int[] {1, 2, 5}) {
      INDArray x = TestMaps.gaussian(t, 1, 3, 2L * config.height(), config.width(), config.inChannels());
      try (Pass pass = Pass.training(Engines.PORTABLE, t)) {
        Output output = SmallModels.model(config).forward(x, pass);
        assertThat(output.value().shape()).containsExactly(3, SmallModels.CLASSES);
        assertThat(output.backward().apply(gradient(3)).shape()).isEqualTo(x.shape());
      }
    }
    assertThat(logits(model, SmallModels.images(config, 2))).isEqualTo(first);
  }

  @ParameterizedTest
  @MethodSource("all")
  void theSameSeedGivesTheSameBitsOnAnyNumberOfThreads(HstConfig config) {
    for (Engine two : Engines.all()) {
      try (Engine one = Engine.create(two.kernels(), 1); Engine three = Engine.create(two.kernels(), 3)) {
        List<float[]> expected = bits(config, one);
        for (Engine other : List.of(two, three)) {
          List<float[]> actual = bits(config, other);
          for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).isEqualTo(expected.get(i));
          }
        }
      }
    }
  }

  private static List<float[]> bits(HstConfig config, Engine engine) {
    QKFormer model = SmallModels.model(config.withStochasticDepth(0.3));
    List<float[]> all = new ArrayList<>();
    try (Pass pass = Pass.training(engine, config.timeSteps()).withRandomness(3, 4)) {
      Output output = model.forward(SmallModels.input(config, 5), pass);
      all.add(TestMaps.floats(output.value()));
      all.add(TestMaps.floats(output.backward().apply(gradient(5))));
    }
    ReferenceCheck.parameters(model).values().forEach(parameter ->
        all.add(TestMaps.floats(parameter.gradient())));
    return all;
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyWayOfConvolvingEqualsTheDenseOne(HstConfig config) {
    // in these forms, pooling sees whole windows without spikes: the direct sums tie there, exactly, and Winograd's
    // not, so that the gradient goes to another pixel of the window
    boolean ties = config.form() != Form.CIFAR;
    QKFormer model = SmallModels.model(config);
    INDArray x = SmallModels.input(config, 2);
    Kernels kernels = Engines.PORTABLE.kernels();
    try (Engine dense = Engine.create(kernels, 1, Path.DENSE)) {
      Gradients expected = Gradients.of(model, x, gradient(2), Mode.TRAINING, dense);
      for (Path path : ties ? List.of(Path.SPIKES) : List.of(Path.values())) {
        try (Engine engine = Engine.create(kernels, 1, path)) {
          expected.assertEqual(Gradients.of(model, x, gradient(2), Mode.TRAINING, engine), 1e-4);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void holdingTheImagesConstantChangesNoParametersGradient(HstConfig config) {
    QKFormer model = SmallModels.model(config);
    INDArray x = SmallModels.input(config, 2);
    Gradients expected = Gradients.of(model, x, gradient(2), Mode.TRAINING, Engines.PORTABLE);
    ReferenceCheck.parameters(model).values().forEach(Parameter::clearGradient);
    try (Pass pass = Pass.training(Engines.PORTABLE, config.timeSteps()).holdingConstant(x)) {
      INDArray dx = model.forward(x, pass).backward().apply(gradient(2));
      assertThat(TestMaps.floats(dx)).containsOnly(0f);
    }
    int i = 0;
    for (Parameter parameter : ReferenceCheck.parameters(model).values()) {
      assertThat(TestMaps.floats(parameter.gradient())).isEqualTo(TestMaps.floats(expected.parameters().get(i++)));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void callingTwiceGivesTheSameTwice(HstConfig config) {
    QKFormer model = SmallModels.model(config);
    INDArray x = SmallModels.input(config, 2);
    assertThat(logits(model, x)).isEqualTo(logits(model, x));
    Gradients first = Gradients.of(model, x, gradient(2), Mode.TRAINING, Engines.PORTABLE);
    Gradients second = Gradients.of(model, x, gradient(2), Mode.TRAINING, Engines.PORTABLE);
    assertThat(second).isEqualTo(first);
  }

  @Test
  void weightsAreAFunctionOfTheSeed() {
    HstConfig config = SmallModels.config(Form.CIFAR, AttentionKind.SSA);
    List<Parameter> one = List.copyOf(ReferenceCheck.parameters(new QKFormer(config, 1)).values());
    List<Parameter> same = List.copyOf(ReferenceCheck.parameters(new QKFormer(config, 1)).values());
    List<Parameter> other = List.copyOf(ReferenceCheck.parameters(new QKFormer(config, 2)).values());
    for (int i = 0; i < one.size(); i++) {
      assertThat(one.get(i).value()).isEqualTo(same.get(i).value());
      if (one.get(i).role() == Parameter.Role.WEIGHT) {
        assertThat(one.get(i).value()).isNotEqualTo(other.get(i).value());
      }
    }
  }
}
