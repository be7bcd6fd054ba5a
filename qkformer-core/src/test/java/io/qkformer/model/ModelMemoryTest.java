package io.qkformer.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.kernel.Engine;
import io.qkformer.kernel.PortableKernels;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.neuron.Shortcut;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.PoolUse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class ModelMemoryTest {

  static List<HstConfig> all() {
    List<HstConfig> all = new ArrayList<>();
    for (HstConfig config : SmallModels.all()) {
      all.add(config.withStochasticDepth(0.2));
      if (!config.form().isSpikformer()) {
        all.add(config.withShortcut(Shortcut.PRE_ACTIVATION));
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("all")
  void nothingIsHeldAfterAStepAndFromTheThirdOnNothingIsAllocated(HstConfig config) {
    QKFormer model = SmallModels.model(config);
    INDArray x = SmallModels.input(config, 2);
    try (Engine engine = Engine.create(new PortableKernels(), 2)) {
      PoolUse[] uses = new PoolUse[4];
      for (int step = 0; step < uses.length; step++) {
        for (Mode mode : Mode.values()) {
          step(model, x, mode, engine);
        }
        uses[step] = engine.pool().use();
      }
      assertThat(uses[0].arrays().allocations()).isPositive();
      assertThat(uses[0].buffers().allocations()).isPositive();
      assertThat(uses[3]).isEqualTo(uses[1]);
    }
  }

  private static void step(QKFormer model, INDArray x, Mode mode, Engine engine) {
    try (Pass pass = Pass.of(mode, engine, model.config().timeSteps())) {
      Output output = model.forward(x, pass);
      assertThat(pass.heldBytes()).isPositive();
      if (mode.keepsState()) {
        pass.release(output.backward().apply(TestMaps.gaussian(1, output.value().shape())));
      }
      pass.release(output.value());
      assertThat(pass.heldBytes()).as(mode.toString()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void closingAPassGivesBackWhatAnUnfinishedStepHolds(HstConfig config) {
    QKFormer model = SmallModels.model(config);
    INDArray x = SmallModels.input(config, 2);
    try (Engine engine = Engine.create(new PortableKernels(), 1)) {
      step(model, x, Mode.TRAINING, engine);
      assertThat(engine.pool().use().arrays().bytes()).isZero();
      try (Pass pass = Pass.training(engine, config.timeSteps())) {
        model.forward(x, pass);
        assertThat(engine.pool().use().arrays().bytes()).isPositive();
      }
      assertThat(engine.pool().use().arrays().bytes()).isZero();
    }
  }
}
