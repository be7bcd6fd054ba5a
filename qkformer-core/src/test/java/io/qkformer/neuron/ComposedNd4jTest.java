package io.qkformer.neuron;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.kernel.Convolution.Path;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.Conv2d.Bias;
import io.qkformer.layer.Pass;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Layouts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/** Convolution and neuron against ND4J's own operations, the second opinion. Batch norm and pooling have theirs. */
class ComposedNd4jTest {

  @ParameterizedTest
  @EnumSource
  void convolutionEqualsNd4j(Path path) {
    Conv2d convolution = TestMaps.livened(Conv2d.same3x3(13, 17, Bias.LEARNED), 1).onPath(path);
    INDArray x = TestMaps.spikes(2, 0.2, 2, 3, 7, 5, 13);
    INDArray[] bias = new INDArray[1];
    convolution.visit("", (name, parameter) -> bias[0] = name.equals("bias") ? parameter.value() : bias[0]);
    Conv2DConfig config = Conv2DConfig.builder().kH(3).kW(3).sH(1).sW(1).pH(1).pW(1).build();
    // ND4J's weights are [kH, kW, in, out] too
    INDArray expected = Nd4j.cnn().conv2d(Layouts.toFoldedNchw(x), convolution.weight().value(), bias[0], config);
    for (Engine engine : Engines.all()) {
      try (Pass pass = Pass.evaluation(engine, 2)) {
        INDArray actual = Layouts.toFoldedNchw(convolution.forward(x, pass).value());
        assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-5);
      }
    }
  }

  @Test
  void linearEqualsNd4jsProduct() {
    Conv2d linear = TestMaps.livened(Conv2d.pointwise(33, 20, 1, Bias.NONE), 3);
    INDArray x = TestMaps.counts(4, 0.3, 3, 2, 2, 3, 3, 33);
    INDArray expected = x.reshape('c', 36, 33).mmul(linear.weight().value().reshape('c', 33, 20));
    for (Engine engine : Engines.all()) {
      try (Pass pass = Pass.evaluation(engine, 2)) {
        INDArray actual = linear.forward(x, pass).value().reshape('c', 36, 20);
        assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-5);
      }
    }
  }

  @Test
  void spikesEqualComposedNd4jOperations() {
    int steps = 4;
    INDArray x = TestMaps.gaussian(5, steps, 2, 3, 3, 21).mul(2);
    INDArray expected = Nd4j.create(DataType.FLOAT, x.shape());
    INDArray v = Nd4j.zeros(DataType.FLOAT, 2, 3, 3, 21);
    for (int t = 0; t < steps; t++) {
      INDArray h = v.add(x.slice(t).sub(v).mul(0.5));
      INDArray s = h.gte(1).castTo(DataType.FLOAT);
      v = h.sub(h.mul(s));
      expected.putSlice(t, s);
    }
    assertThat(expected.sumNumber().intValue()).isBetween(50, 1000);
    for (Engine engine : Engines.all()) {
      try (Pass pass = Pass.evaluation(engine, steps)) {
        assertThat(new SpikingNeuron(NeuronConfig.lif()).forward(x, pass).value()).isEqualTo(expected);
      }
    }
  }
}
