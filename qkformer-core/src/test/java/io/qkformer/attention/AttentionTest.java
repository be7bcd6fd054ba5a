package io.qkformer.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.layer.Layer;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.StateVisitor;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.Shortcut;
import io.qkformer.support.Engines;
import io.qkformer.support.ReferenceCheck;
import io.qkformer.support.ReferenceMap;
import io.qkformer.support.ReferenceParts;
import io.qkformer.support.TestMaps;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class AttentionTest {

  private static final NeuronConfig HALF = NeuronConfig.lif().withThreshold(0.5);

  /** A core as a layer: its projections side by side along the batch axis. */
  private static Layer sideBySide(AttentionCore core) {
    int parts = core.projections().size();
    return new Layer() {
      @Override
      public Output forward(INDArray x, Pass pass) {
        long batch = x.size(1) / parts;
        List<INDArray> projected = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
          projected.add(x.get(NDArrayIndex.all(), NDArrayIndex.interval(i * batch, (i + 1) * batch))
              .dup('c'));
        }
        AttentionCore.Attended attended = core.attend(projected, pass);
        return new Output(attended.value(), gradient -> {
          List<INDArray> gradients = attended.backward().apply(gradient);
          INDArray joined = Nd4j.concat(1, gradients.toArray(INDArray[]::new));
          gradients.forEach(pass::release);
          return joined;
        });
      }

      @Override
      public void visit(String prefix, StateVisitor visitor) {
        core.visit(prefix, visitor);
      }
    };
  }

  /** A module whose SSA, of few tokens, fires now and then. */
  private static AttentionConfig config(AttentionKind kind, int heads, Shortcut shortcut) {
    return new AttentionConfig(kind, 8, heads, NeuronConfig.lif(), 0.5, 0.4, SsaTiming.PER_SAMPLE, shortcut,
        AttentionConfig.Names.CONV);
  }

  private static ReferenceMap part(ReferenceMap x, int index, int parts) {
    int batch = x.batch() / parts;
    int frame = x.nodes().length / (x.time() * x.batch());
    int[] nodes = IntStream.range(0, x.time()).flatMap(t -> IntStream.range(0, batch * frame)
        .map(i -> x.nodes()[(t * x.batch() + index * batch) * frame + i])).toArray();
    return new ReferenceMap(x.time(), batch, x.height(), x.width(), x.channels(), nodes);
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "12"})
  void tokenAttentionMasksTheTokensOfEachHead(int heads) {
    ReferenceCheck.training(3).check(sideBySide(new TokenAttention(12, heads, HALF)),
        TestMaps.spikes(1, 0.15, 3, 4, 3, 5, 12), (ops, x) ->
            new ReferenceParts(ops).tokenCore("", part(x, 0, 2), part(x, 1, 2), heads, HALF));
  }

  @Test
  void tokenAttentionIsTheLogicalOrOfTheHeadsSpikes() {
    INDArray q = TestMaps.spikes(2, 0.15, 6, 2, 3, 3, 8);
    INDArray k = TestMaps.spikes(3, 1, 6, 2, 3, 3, 8);
    try (Pass pass = Pass.evaluation(Engines.BEST, 6)) {
      float[] y = TestMaps.floats(new TokenAttention(8, 2, HALF).attend(List.of(q, k), pass).value());
      float[] spikes = TestMaps.floats(q);
      for (int i = 0; i < y.length; i += 4) {
        boolean any = spikes[i] + spikes[i + 1] + spikes[i + 2] + spikes[i + 3] > 0;
        for (int c = i; c < i + 4; c++) {
          assertThat(y[c]).isEqualTo(any ? 1f : 0f);
        }
      }
    }
  }

  @Test
  void channelAttentionMasksTheChannels() {
    ReferenceCheck.training(3).check(sideBySide(new ChannelAttention(9, HALF)),
        TestMaps.spikes(4, 0.05, 3, 4, 3, 5, 9), (ops, x) ->
            new ReferenceParts(ops).channelCore("", part(x, 0, 2), part(x, 1, 2), HALF));
  }

  @ParameterizedTest
  @CsvSource({"1, 0.125", "2, 0.125", "4, 0.3", "12, 1"})
  void selfAttentionEqualsTheProductsWithTheAttentionMap(int heads, double scale) {
    ReferenceCheck.training(2).check(sideBySide(new SelfAttention(12, heads, scale, HALF)),
        TestMaps.spikes(5, 0.35, 2, 6, 3, 4, 12),
        (ops, x) -> new ReferenceParts(ops).selfCore("", part(x, 0, 3),
            part(x, 1, 3), part(x, 2, 3), heads, scale, HALF));
  }

  @Test
  void spikeDrivenAttentionMasksTheChannelsByQAndKTogether() {
    ReferenceCheck.training(3).check(sideBySide(new SpikeDrivenAttention(9, HALF)),
        TestMaps.spikes(4, 0.25, 3, 6, 3, 5, 9), (ops, x) ->
            new ReferenceParts(ops).spikeDrivenCore("", part(x, 0, 3), part(x, 1, 3), part(x, 2, 3), HALF));
  }

  /** The published code masks Q by the sums of K and V: what is summed is named otherwise, and nothing else. */
  @Test
  void spikeDrivenAttentionLetsAChannelThroughWhereQAndKSpikeInOneToken() {
    INDArray q = TestMaps.spikes(2, 0.1, 4, 2, 3, 3, 8);
    INDArray k = TestMaps.spikes(3, 0.3, 4, 2, 3, 3, 8);
    INDArray v = TestMaps.spikes(4, 0.5, 4, 2, 3, 3, 8);
    try (Pass pass = Pass.evaluation(Engines.BEST, 4)) {
      AttentionCore core = new SpikeDrivenAttention(8, HALF);
      assertThat(core.projections()).containsExactly("q", "k", "v");
      float[] y = TestMaps.floats(core.attend(List.of(q, k, v), pass).value());
      float[] qs = TestMaps.floats(q);
      float[] ks = TestMaps.floats(k);
      float[] vs = TestMaps.floats(v);
      int open = 0;
      for (int frame = 0; frame < 8; frame++) {
        for (int c = 0; c < 8; c++) {
          int first = frame * 72 + c;
          boolean both = IntStream.range(0, 9).anyMatch(n -> qs[first + 8 * n] * ks[first + 8 * n] == 1);
          open += both ? 1 : 0;
          for (int n = 0; n < 9; n++) {
            assertThat(y[first + 8 * n]).isEqualTo(both ? vs[first + 8 * n] : 0);
          }
        }
      }
      assertThat(open).isBetween(1, 63);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theModuleEqualsTheEquations(AttentionKind kind) {
    for (Shortcut shortcut : Shortcut.values()) {
      AttentionConfig config = config(kind, 2, shortcut);
      for (Mode mode : List.of(Mode.TRAINING, Mode.FROZEN_STATISTICS)) {
        new ReferenceCheck(mode, 3, 5e-5).check(TestMaps.livened(new SpikingAttention(config), 11),
            TestMaps.counts(6, 0.4, 2, 3, 2, 3, 4, 8),
            (ops, x) -> new ReferenceParts(ops).attention("", x, config));
      }
    }
  }

  @Test
  void aModuleOfParametricNeuronsLearnsAllOfThem() {
    for (AttentionKind kind : AttentionKind.values()) {
      AttentionConfig config = config(kind, 2, Shortcut.ACTIVATION_BEFORE_ADDITION)
          .withNeuron(NeuronConfig.of(NeuronConfig.Model.PLIF));
      SpikingAttention module = TestMaps.livened(new SpikingAttention(config), 1);
      ReferenceCheck.training(3).withTolerance(5e-5).check(module, TestMaps.counts(7, 0.4, 2, 3, 2, 3, 4, 8),
          (ops, x) -> new ReferenceParts(ops).attention("", x, config));
      assertThat(ReferenceCheck.parameters(module)).containsKeys("q_lif.w", "k_lif.w", "attn_lif.w",
          "proj_lif.w");
    }
  }

  @Test
  void mergedTimingRunsTheLastMembraneOverAllSlices() {
    AttentionConfig config = config(AttentionKind.SSA, 2, Shortcut.ACTIVATION_BEFORE_ADDITION)
        .withTiming(SsaTiming.MERGED);
    ReferenceCheck.training(3).withTolerance(5e-5).check(TestMaps.livened(new SpikingAttention(config), 9),
        TestMaps.counts(8, 0.4, 2, 3, 2, 3, 4, 8),
        (ops, x) -> new ReferenceParts(ops).attention("", x, config));
  }

  @Test
  void mergedTimingOfOneSampleIsTheRightNeuron() {
    AttentionConfig config = config(AttentionKind.SSA, 2, Shortcut.ACTIVATION_BEFORE_ADDITION);
    INDArray x = TestMaps.counts(8, 0.4, 2, 3, 1, 3, 4, 8);
    try (Pass pass = Pass.evaluation(Engines.PORTABLE, 3)) {
      float[] right = TestMaps.floats(TestMaps.livened(new SpikingAttention(config), 9).forward(x, pass)
          .value());
      SpikingAttention merged = TestMaps.livened(new SpikingAttention(config.withTiming(SsaTiming.MERGED)),
          9);
      assertThat(TestMaps.floats(merged.forward(x, pass).value())).isEqualTo(right);
    }
  }

  @ParameterizedTest
  @EnumSource
  void blocksEqualTheEquationsWithEitherShortcut(AttentionKind kind) {
    for (Shortcut shortcut : Shortcut.values()) {
      AttentionConfig config = config(kind, 2, shortcut);
      BlockConfig block = new BlockConfig(config, 12, 0, "attn", SpikingMlp.Names.FC);
      for (int seed : new int[] {1, 2}) {
        INDArray x = shortcut == Shortcut.PRE_ACTIVATION ? TestMaps.gaussian(seed, 2, 2, 3, 3, 8).addi(1)
            : TestMaps.counts(seed, 0.4, 2, 2, 2, 3, 3, 8);
        ReferenceCheck.training(2).withTolerance(5e-5).check(
            TestMaps.livened(new TransformerBlock(block, "stage1.0"), seed), x,
            (ops, in) -> new ReferenceParts(ops).block("", "attn", "fc", "_conv", in, config));
      }
    }
  }

  @Test
  void aBlockOfStochasticDepthSkipsWholeSamplesAndReturnsItsMemory() {
    BlockConfig config = new BlockConfig(AttentionConfig.of(AttentionKind.SSA, 8, 4), 12, 0.5, "attn",
        SpikingMlp.Names.FC);
    TransformerBlock block = TestMaps.livened(new TransformerBlock(config, "stage1.0"), 3);
    INDArray x = TestMaps.counts(1, 0.4, 2, 2, 16, 3, 3, 8);
    try (Pass pass = Pass.training(Engines.BEST, 2).withRandomness(1, 1)) {
      Output output = block.forward(x, pass);
      long untouched = IntStream.range(0, 16).filter(b -> sample(output.value(), b).equals(sample(x, b)))
          .count();
      assertThat(untouched).as("samples that skip both branches").isBetween(1L, 10L);
      pass.release(output.backward().apply(TestMaps.gaussian(1, x.shape())));
      pass.release(output.value());
      assertThat(pass.heldBytes()).isZero();
    }
  }

  private static INDArray sample(INDArray map, int b) {
    return map.get(NDArrayIndex.all(), NDArrayIndex.point(b)).dup('c');
  }

  @Test
  void badConfigurationsAreRefused() {
    assertThatThrownBy(() -> AttentionConfig.of(AttentionKind.SSA, 10, 4))
        .hasMessage("heads must divide the width: heads = 4, width = 10");
    assertThatThrownBy(() -> AttentionConfig.of(AttentionKind.QKTA, 8, 0)).hasMessageContaining("heads = 0");
    AttentionConfig good = AttentionConfig.of(AttentionKind.SSA, 8, 4);
    assertThatThrownBy(() -> new AttentionConfig(good.kind(), 8, 4, good.neuron(), 0, 0.125, good.timing(),
        good.shortcut(), good.names()))
        .hasMessageContaining("threshold and scale must be positive, got 0.0 and 0.125");
    assertThatThrownBy(() -> new BlockConfig(good, 0, 0, "attn", SpikingMlp.Names.FC))
        .hasMessageContaining("hidden width must be positive, got 0");
    assertThatThrownBy(() -> new BlockConfig(good, 4, 1, "attn", SpikingMlp.Names.FC))
        .hasMessage("stochastic depth rate must be in [0, 1), got 1.0");
    try (Pass pass = Pass.training(Engines.BEST, 2)) {
      assertThatThrownBy(() -> new SpikingAttention(good)
          .forward(TestMaps.spikes(1, 0.5, 2, 1, 2, 2, 6), pass))
          .hasMessageContaining("expected [T, B, H, W, 8]").hasMessageContaining("C=6")
          .hasMessageContaining("SSA");
    }
  }
}
