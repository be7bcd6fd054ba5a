package io.qkformer.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.kernel.Engine;
import io.qkformer.support.Engines;
import io.qkformer.support.ReferenceCheck;
import io.qkformer.support.TestMaps;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

class BatchNormTest {

  private static Map<String, INDArray> buffers(BatchNorm norm) {
    Map<String, INDArray> buffers = new HashMap<>();
    norm.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        buffers.put(name, buffer.value());
      }
    });
    return buffers;
  }

  @ParameterizedTest
  @EnumSource(names = {"TRAINING", "FROZEN_STATISTICS"})
  void outputAndGradientsEqualTheEquations(Mode mode) {
    BatchNorm norm = TestMaps.livened(new BatchNorm(7), 1);
    INDArray x = TestMaps.gaussian(1, 2, 3, 4, 5, 7).muli(3).addi(2);
    new ReferenceCheck(mode, 2, 2e-5).check(norm, x, (ops, in) -> ops.normalize("", in));
  }

  @Test
  void aMeanFarFromZeroCostsNoDigits() {
    BatchNorm norm = TestMaps.livened(new BatchNorm(3), 2);
    INDArray x = TestMaps.gaussian(2, 1, 4, 5, 5, 3).addi(1000);
    // what is left is the rounding of x * scale + shift at 1000
    ReferenceCheck.training(1).withTolerance(4e-4).check(norm, x, (ops, in) -> ops.normalize("", in));
  }

  @Test
  void evaluationEqualsFrozenStatisticsBitForBit() {
    BatchNorm norm = TestMaps.livened(new BatchNorm(5), 3);
    INDArray x = TestMaps.gaussian(3, 2, 1, 3, 3, 5);
    try (Pass frozen = Pass.of(Mode.FROZEN_STATISTICS, Engines.BEST, 2);
        Pass evaluation = Pass.evaluation(Engines.BEST, 2)) {
      assertThat(TestMaps.floats(norm.forward(x, evaluation).value()))
          .isEqualTo(TestMaps.floats(norm.forward(x, frozen).value()));
    }
    assertThat(buffers(norm).get("num_batches_tracked").getInt(0)).isZero();
  }

  @Test
  void forwardAndBackwardEqualComposedNd4jOperations() {
    int channels = 6;
    BatchNorm norm = TestMaps.livened(new BatchNorm(channels), 4);
    Map<String, Parameter> parameters = ReferenceCheck.parameters(norm);
    INDArray x = TestMaps.gaussian(4, 2, 2, 9, 8, channels);
    INDArray g = TestMaps.gaussian(5, 2, 2, 9, 8, channels);
    long rows = x.length() / channels;
    INDArray flat = x.reshape(rows, channels);
    INDArray flatGradient = g.reshape(rows, channels);
    INDArray gamma = parameters.get("weight").value();
    INDArray centred = flat.subRowVector(flat.mean(0));
    INDArray deviation = Transforms.sqrt(flat.var(false, 0).add(BatchNorm.EPSILON));
    INDArray normed = centred.divRowVector(deviation);
    INDArray y = normed.mulRowVector(gamma).addRowVector(parameters.get("bias").value());
    INDArray dGamma = flatGradient.mul(normed).sum(0);
    INDArray dBeta = flatGradient.sum(0);
    INDArray dx = flatGradient.subRowVector(dBeta.div(rows)).sub(normed.mulRowVector(dGamma.div(rows)))
        .mulRowVector(gamma.div(deviation));
    for (Engine engine : Engines.all()) {
      parameters.values().forEach(Parameter::clearGradient);
      try (Pass pass = Pass.training(engine, 2)) {
        Output output = norm.forward(x, pass);
        ReferenceCheck.assertClose(output.value().reshape(rows, channels), y, 1e-5, "output");
        ReferenceCheck.assertClose(output.backward().apply(g).reshape(rows, channels), dx, 1e-5, "dx");
        ReferenceCheck.assertClose(parameters.get("weight").gradient(), dGamma, 1e-5, "gamma");
        ReferenceCheck.assertClose(parameters.get("bias").gradient(), dBeta, 1e-5, "beta");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 40_000})
  void runningStatisticsMoveByATenthToMeanAndUnbiasedVariance(int rows) {
    BatchNorm norm = new BatchNorm(2);
    INDArray x = TestMaps.gaussian(6, 2, 1, rows, 1, 2).muli(2).addi(5);
    double[] values = TestMaps.doubles(x);
    try (Pass pass = Pass.training(Engines.BEST, 2)) {
      norm.forward(x, pass);
    }
    int n = 2 * rows;
    for (int c = 0; c < 2; c++) {
      double mean = 0;
      double squares = 0;
      for (int r = 0; r < n; r++) {
        mean += values[2 * r + c] / n;
      }
      for (int r = 0; r < n; r++) {
        squares += Math.pow(values[2 * r + c] - mean, 2);
      }
      assertThat(buffers(norm).get("running_mean").getDouble(c)).isCloseTo(0.1 * mean, within(1e-6));
      assertThat(buffers(norm).get("running_var").getDouble(c))
          .isCloseTo(0.9 + 0.1 * squares / (n - 1), within(2e-6));
    }
    assertThat(buffers(norm).get("num_batches_tracked").getInt(0)).isEqualTo(1);
  }

  @Test
  void aStaticMapIsTrackedAsTheSameMapRepeated() {
    BatchNorm once = new BatchNorm(3);
    BatchNorm repeated = new BatchNorm(3);
    INDArray x = TestMaps.gaussian(7, 1, 2, 1, 2, 3);
    INDArray four = TestMaps.of(repeat(TestMaps.floats(x), 4), 4, 2, 1, 2, 3);
    try (Pass pass = Pass.training(Engines.BEST, 4)) {
      INDArray y = once.forward(x, pass).value();
      INDArray all = repeated.forward(four, pass).value();
      ReferenceCheck.assertClose(TestMaps.of(repeat(TestMaps.floats(y), 4), 4, 2, 1, 2, 3), all, 1e-6,
          "output");
    }
    for (String name : new String[] {"running_mean", "running_var"}) {
      ReferenceCheck.assertClose(buffers(once).get(name), buffers(repeated).get(name), 1e-6, name);
    }
    // n / (n - 1) with n = 16, not 4
    assertThat(buffers(once).get("running_var").getDouble(0)).isCloseTo(
        0.9 + 0.1 * 16 / 15 * x.reshape(4, 3).var(false, 0).getDouble(0), within(1e-6));
  }

  private static float[] repeat(float[] values, int times) {
    float[] result = new float[values.length * times];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i % values.length];
    }
    return result;
  }

  @Test
  void trainingNeedsMoreThanOneValuePerChannel() {
    BatchNorm norm = new BatchNorm(3);
    INDArray single = TestMaps.gaussian(1, 1, 1, 1, 1, 3);
    try (Pass training = Pass.training(Engines.BEST, 1); Pass evaluation = Pass.evaluation(Engines.BEST, 1)) {
      assertThatThrownBy(() -> norm.forward(single, training)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("more than one value per channel").hasMessageContaining("B=1")
          .hasMessageContaining("larger batch");
      assertThat(norm.forward(single, evaluation).value().shape()).isEqualTo(single.shape());
    }
  }

  @Test
  void wrongChannelsAreRefused() {
    try (Pass pass = Pass.training(Engines.BEST, 1)) {
      assertThatThrownBy(() -> new BatchNorm(3).forward(TestMaps.gaussian(1, 1, 2, 2, 2, 4), pass))
          .hasMessageContaining("expected [T, B, H, W, 3]").hasMessageContaining("BatchNorm(3)");
    }
    assertThatThrownBy(() -> new BatchNorm(0)).hasMessageContaining("channels must be positive, got 0");
  }
}
