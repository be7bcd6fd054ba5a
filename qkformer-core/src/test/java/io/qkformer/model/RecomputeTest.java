package io.qkformer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.attention.AttentionKind;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.PortableKernels;
import io.qkformer.layer.Buffer;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Output;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Recompute;
import io.qkformer.layer.StateVisitor;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.Shortcut;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class RecomputeTest {

  private static final int BATCH = 3;
  private static final long SEED = 5;

  static List<HstConfig> models() {
    List<HstConfig> models = new ArrayList<>();
    for (Form form : Form.values()) {
      models.add(SmallModels.config(form, AttentionKind.SSA).withStochasticDepth(0.4));
    }
    HstConfig cifar = SmallModels.config(Form.CIFAR, AttentionKind.QKCA);
    models.add(cifar.withShortcut(Shortcut.PRE_ACTIVATION).withStochasticDepth(0.4));
    models.add(cifar.withNeuron(NeuronConfig.of(NeuronConfig.Model.PLIF)).withStochasticDepth(0.4));
    return models;
  }

  /** All that two steps compute: logits, gradients, running statistics; and the most memory that was in use. */
  private record Steps(Map<String, double[]> values, long mostBytes) {

    static Steps run(HstConfig config, Mode mode, Recompute recompute) {
      QKFormer model = SmallModels.model(config);
      INDArray x = SmallModels.input(config, BATCH);
      Map<String, double[]> values = new LinkedHashMap<>();
      try (Engine engine = Engine.create(new PortableKernels(), 2)) {
        for (int step = 0; step < 2; step++) {
          try (Pass pass = Pass.of(mode, engine, config.timeSteps()).withRandomness(SEED, step)
              .withRecompute(recompute)) {
            Output logits = model.forward(x, pass);
            values.put("logits " + step, TestMaps.doubles(logits.value()));
            INDArray dx = logits.backward().apply(TestMaps.gaussian(9, BATCH, config.classes()));
            values.put("input " + step, TestMaps.doubles(dx));
            pass.release(dx);
            pass.release(logits.value());
            assertThat(pass.heldBytes()).isZero();
          }
        }
        model.visit("", new StateVisitor() {
          @Override
          public void parameter(String name, Parameter parameter) {
            values.put(name, TestMaps.doubles(parameter.gradient()));
          }

          @Override
          public void buffer(String name, Buffer buffer) {
            values.put(name, TestMaps.doubles(buffer.value()));
          }
        });
        return new Steps(values, engine.pool().use().arrays().mostBytes());
      }
    }

    void assertEqual(Steps other) {
      assertThat(values.keySet()).isEqualTo(other.values.keySet());
      values.forEach((name, value) -> assertThat(value).as(name).isEqualTo(other.values.get(name)));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void givesTheSameGradientsAndRunningStatisticsInLessMemory(HstConfig config) {
    Steps kept = Steps.run(config, Mode.TRAINING, Recompute.NONE);
    Steps blocks = Steps.run(config, Mode.TRAINING, Recompute.BLOCKS);
    Steps all = Steps.run(config, Mode.TRAINING, Recompute.ALL);

    assertThat(kept.values.get("logits 0")).isNotEqualTo(kept.values.get("logits 1"));
    blocks.assertEqual(kept);
    all.assertEqual(kept);
    // the events' stem is the largest part by far, and needed at once either way; behind SPS the blocks are small, too
    if (config.form() == Form.SPIKFORMER_EVENTS) {
      assertThat(blocks.mostBytes).isLessThanOrEqualTo(kept.mostBytes);
    } else {
      assertThat(blocks.mostBytes).isLessThan(kept.mostBytes);
    }
    if (!config.form().seesEvents()) {
      assertThat(all.mostBytes).isLessThan(blocks.mostBytes);
    }
  }

  @Test
  void frozenStatisticsStayFrozen() {
    HstConfig config = models().get(0);
    Steps kept = Steps.run(config, Mode.FROZEN_STATISTICS, Recompute.NONE);
    Steps.run(config, Mode.FROZEN_STATISTICS, Recompute.ALL).assertEqual(kept);
    assertThat(kept.values.get("patch_embed1.proj_bn.num_batches_tracked")).containsExactly(0);
  }

  @Test
  void statisticsCountEachBatchOnce() {
    assertThat(Steps.run(models().get(0), Mode.TRAINING, Recompute.ALL).values
        .get("stage1.0.mlp.mlp1_bn.num_batches_tracked")).containsExactly(2);
  }

  @Test
  void isChosenBeforeThePassIsUsed() {
    try (Pass pass = Pass.training(Engines.PORTABLE, 1)) {
      pass.allocate(1);
      assertThatThrownBy(() -> pass.withRecompute(Recompute.ALL)).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("withRecompute must be called before");
    }
  }
}
