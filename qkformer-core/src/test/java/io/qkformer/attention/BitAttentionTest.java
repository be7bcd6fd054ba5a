package io.qkformer.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.inference.InferencePass;
import io.qkformer.inference.SpikeMap;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Pass;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Floats;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Attention on bits against attention on floats: not one spike may differ. */
class BitAttentionTest {

  private record Case(int height, int width, int heads, int headWidth) {

    int channels() {
      return heads * headWidth;
    }
  }

  private static final int STEPS = 3;
  private static final int BATCH = 2;

  static Stream<Case> cases() {
    // heads inside a word, equal to words, across words; tokens below, at and above a word
    return Stream.of(new Case(1, 1, 1, 1), new Case(3, 5, 2, 3), new Case(8, 8, 8, 48), new Case(4, 4, 2, 64),
        new Case(8, 8, 3, 50), new Case(5, 13, 2, 65), new Case(9, 9, 4, 20), new Case(14, 14, 2, 130));
  }

  private static NeuronConfig neuron() {
    return NeuronConfig.lif().withThreshold(0.5);
  }

  private static List<INDArray> projections(Case shape, int count, double density) {
    return IntStream.range(0, count).mapToObj(i -> TestMaps.spikes(i, density, STEPS, BATCH, shape.height(),
        shape.width(), shape.channels())).toList();
  }

  private static List<SpikeMap> packed(List<INDArray> maps) {
    return maps.stream().map(map -> SpikeMap.pack(Floats.of(map), new Shape(STEPS, BATCH, (int) map.size(2),
        (int) map.size(3), (int) map.size(4)), Engines.PORTABLE)).toList();
  }

  private static void assertSame(AttentionCore core, List<INDArray> projected, Engine engine) {
    float[] expected;
    try (Pass pass = Pass.evaluation(engine, STEPS)) {
      expected = TestMaps.floats(core.attend(projected, pass).value());
    }
    SpikeMap actual = core.forInference().attend(packed(projected), new InferencePass(engine, STEPS));
    float[] values = new float[expected.length];
    actual.read(0, values, 0, values.length);
    assertThat(values).isEqualTo(expected);
    assertThat(expected).as("some neurons fire").contains(1f);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tokenAttention(Case shape) {
    for (Engine engine : Engines.all()) {
      assertSame(new TokenAttention(shape.channels(), shape.heads(), neuron()), projections(shape, 2, 0.5), engine);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tokenAttentionWhoseNeuronCounts(Case shape) {
    // a threshold that one spike does not reach, so that the sums matter and not only whether there is a spike
    NeuronConfig counting = NeuronConfig.lif().withThreshold(0.3 * shape.headWidth() + 0.2);
    assertSame(new TokenAttention(shape.channels(), shape.heads(), counting), projections(shape, 2, 0.6),
        Engines.PORTABLE);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void channelAttention(Case shape) {
    int tokens = shape.height() * shape.width();
    for (Engine engine : Engines.all()) {
      assertSame(new ChannelAttention(shape.channels(), neuron().withThreshold(0.2 * tokens)),
          projections(shape, 2, 0.5), engine);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void spikeDrivenAttention(Case shape) {
    int tokens = shape.height() * shape.width();
    for (Engine engine : Engines.all()) {
      assertSame(new SpikeDrivenAttention(shape.channels(), neuron().withThreshold(Math.min(0.5, 0.1 * tokens))),
          projections(shape, 3, shape.channels() == 1 ? 0.9 : 0.5), engine);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void selfAttention(Case shape) {
    for (Engine engine : Engines.all()) {
      for (double density : new double[] {0.15, 0.6}) {
        double scale = 2.0 / (1 + density * density * density * shape.headWidth() * shape.height() * shape.width());
        List<INDArray> projected = projections(shape, 3, shape.channels() == 1 ? 0.9 : density);
        assertSame(new SelfAttention(shape.channels(), shape.heads(), scale, neuron()), projected, engine);
      }
    }
  }

  @Test
  void selfAttentionCountsBitsInsteadOfMultiplying() {
    Case shape = new Case(8, 8, 2, 32);
    AtomicInteger products = new AtomicInteger();
    AtomicInteger sums = new AtomicInteger();
    try (Engine multiplying = Engines.counting("multiply", products);
        Engine summing = Engines.counting("addSelectedRows", sums)) {
      for (Engine engine : List.of(multiplying, summing)) {
        new SelfAttention(64, 2, 0.1, neuron()).forInference().attend(packed(projections(shape, 3, 0.2)),
            new InferencePass(engine, STEPS));
      }
    }
    assertThat(products).hasValue(0);
    assertThat(sums.get()).isBetween(1, STEPS * BATCH * 64 * 2);
  }
}
