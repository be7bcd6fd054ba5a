package io.qkformer.neuron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.kernel.CompactMap;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.layer.BatchNorm;
import io.qkformer.layer.NormalizedMap;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.Pass;
import io.qkformer.support.Engines;
import io.qkformer.support.ReferenceCheck;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The tiled neuron against all neurons of a map together, one step after the other: the same bits. */
class NeuronTilesTest {

  /** Spikes, the current's gradient and that of w. */
  private record Result(float[] spikes, float[] dx, double dw) {
  }

  static List<NeuronConfig> configs() {
    List<NeuronConfig> all = new ArrayList<>(SpikingNeuronTest.everyCombination());
    for (Surrogate surrogate : List.of(new AtanSurrogate(), new RectangularSurrogate(), new SigmoidSurrogate(2))) {
      all.add(NeuronConfig.lif().withSurrogate(surrogate));
    }
    return all;
  }

  /** Each of the neuron's equations as a pass over all neurons of a step. */
  private static Result untiled(NeuronConfig config, float rate, float[] x, int inputSteps, int steps, float[] gradient,
      Kernels kernels) {
    NeuronStep step = config.step(rate);
    int n = x.length / inputSteps;
    float[] v = new float[n];
    Arrays.fill(v, step.resetTo());
    float[][] h = new float[steps][n];
    float[] s = new float[n];
    float[] spikes = new float[steps * n];
    for (int t = 0; t < steps; t++) {
      kernels.fire(step, x, inputSteps == 1 ? 0 : t * n, v, h[t], 0, s, 0, n);
      System.arraycopy(s, 0, spikes, t * n, n);
    }
    float[] carry = new float[n];
    float[] sg = new float[n];
    float[] g = new float[n];
    float[] dx = new float[x.length];
    double dw = 0;
    for (int t = steps - 1; t >= 0; t--) {
      config.surrogate().derivatives(kernels, step.threshold(), h[t], 0, sg, 0, n);
      kernels.fireBackward(step, gradient, t * n, h[t], 0, sg, 0, carry, g, 0, n);
      for (int j = 0; j < n; j++) {
        int at = inputSteps == 1 ? j : t * n + j;
        dx[at] = inputSteps == steps || t == steps - 1 ? g[j] : dx[at] + g[j];
        float before = t == 0 ? step.resetTo() : h[t - 1][j];
        if (t > 0 && before >= step.threshold()) {
          before = step.reset() == NeuronStep.Reset.HARD ? step.resetTo() : before - step.threshold();
        }
        double input = step.charge() == NeuronStep.Charge.DECAYED_INPUT ? x[at] : 0;
        dw += g[j] / step.inputGain() * (input - before + step.resetTo());
      }
    }
    return new Result(spikes, dx, dw * rate * (1 - rate));
  }

  private static void check(NeuronConfig config, int inputSteps, int steps, long... rest) {
    long[] shape = new long[rest.length + 1];
    shape[0] = inputSteps;
    System.arraycopy(rest, 0, shape, 1, rest.length);
    int channels = (int) rest[rest.length - 1];
    for (Engine engine : Engines.all()) {
      try (Pass pass = Pass.training(engine, steps)) {
        INDArray y = pass.allocate(shape);
        y.assign(TestMaps.gaussian(steps + channels, shape).muli(3).addi(1));
        BatchNorm norm = TestMaps.livened(new BatchNorm(channels), 5);
        NormalizedMap normed = norm.statistics(y, pass).normalized(Floats.of(y));
        compare(config, normed, shape, steps, pass);
        compare(config, Floats.of(y), shape, steps, pass);
      }
    }
  }

  private static void compare(NeuronConfig config, FloatSource current, long[] shape, int steps, Pass pass) {
    SpikingNeuron neuron = new SpikingNeuron(config);
    float[] x = new float[(int) current.length()];
    current.read(0, x, 0, x.length);
    long[] outShape = shape.clone();
    outShape[0] = steps;
    INDArray gradient = TestMaps.gaussian(7, outShape);
    String name = config + ", T " + steps + ", " + Arrays.toString(shape) + ", " + pass.engine().kernels().name();
    Result expected = untiled(config, neuron.step().rate(), x, (int) shape[0], steps, Floats.of(gradient).toArray(),
        pass.engine().kernels());
    INDArray spikes = neuron.fire(current, shape, pass);
    assertThat(TestMaps.floats(spikes)).as(name).containsExactly(expected.spikes());
    CompactMap packed = pass.spikes(spikes);
    float[] unpacked = new float[expected.spikes().length];
    packed.read(0, unpacked, 0, unpacked.length);
    pass.release(packed);
    assertThat(unpacked).as(name).containsExactly(expected.spikes());
    INDArray dx = neuron.backward(current, shape, Floats.of(gradient), pass);
    assertThat(TestMaps.floats(dx)).as(name).containsExactly(expected.dx());
    if (config.model() == NeuronConfig.Model.PLIF) {
      Parameter w = ReferenceCheck.parameters(neuron).get("w");
      assertThat(w.gradient().getDouble(0)).as(name)
          .isCloseTo(expected.dw(), within(1e-6 * Math.max(1, Math.abs(expected.dw()))));
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void everyNeuronHasTheBitsOfTheUntiledOne(NeuronConfig config) {
    check(config, 4, 4, 1, 5, 7, 16);
    check(config, 5, 5, 2, 3, 3, 12);
    check(config, 1, 4, 1, 4, 4, 32);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 12, 16, 24, 32, 100, 128})
  void anyNumberOfStepsAndChannelsHasTheBitsOfTheUntiledOne(int channels) {
    for (int steps : new int[] {1, 2, 3, 4, 5, 10, 16}) {
      check(NeuronConfig.lif(), steps, steps, 1, 3, 7, channels);
      check(NeuronConfig.lif(), 1, steps, 1, 3, 7, channels);
    }
    // several tiles, the last one short
    check(NeuronConfig.of(NeuronConfig.Model.PLIF), 3, 3, 3, 9, 11, channels);
  }

  @Test
  void rowsLongerThanATileHaveTheBitsOfTheUntiledOne() {
    check(NeuronConfig.lif(), 2, 2, 1, 1, 3, 2500);
    check(NeuronConfig.lif(), 1, 2, 1, 1, 3, 2560);
  }
}
