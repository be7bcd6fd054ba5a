package io.qkformer.examples.bench;

import io.qkformer.kernel.Engine;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.model.InferenceModel;
import io.qkformer.model.QKFormer;
import io.qkformer.train.optimize.AdamW;
import io.qkformer.train.optimize.AdamWConfig;
import io.qkformer.train.optimize.Loss;
import io.qkformer.train.optimize.NoDecayRule;
import io.qkformer.train.optimize.ParameterGroups;
import io.qkformer.train.optimize.SoftTargetCrossEntropy;
import io.qkformer.train.optimize.SoftTargets;
import java.util.Locale;

/** What is timed. */
enum Work {

  /** Forward pass, cross entropy, backward pass, AdamW. */
  TRAIN(Mode.TRAINING) {
    @Override
    Runnable step(QKFormer network, BenchInput input, Engine engine) {
      // the peer lets all parameters decay
      AdamW optimizer = new AdamW(ParameterGroups.of(network, WEIGHT_DECAY, NoDecayRule.none()),
          AdamWConfig.defaults(), engine.workers());
      SoftTargets targets = SoftTargets.of(input.labels(), network.config().classes(), 0);
      return () -> {
        optimizer.clear();
        try (Pass pass = Pass.training(engine, network.config().timeSteps()).holdingConstant(input.images())) {
          Output logits = network.forward(input.images(), pass);
          Loss loss = SoftTargetCrossEntropy.of(logits.value(), targets);
          logits.backward().apply(loss.gradient());
        }
        optimizer.step(LEARNING_RATE);
      };
    }

    @Override
    long flops(Flops flops) {
      return flops.training();
    }
  },

  /** The inference path, with running statistics folded into the weights. */
  INFER(Mode.EVALUATION) {
    @Override
    Runnable step(QKFormer network, BenchInput input, Engine engine) {
      Networks.adoptStatistics(network, input.firstImages(STATISTICS_SAMPLES), engine);
      InferenceModel inference = network.forInference();
      return () -> inference.logits(input.images(), network.config().timeSteps(), engine);
    }

    @Override
    long flops(Flops flops) {
      return flops.forward();
    }
  };

  private static final double LEARNING_RATE = 1e-3;
  private static final double WEIGHT_DECAY = 0.06;
  private static final int STATISTICS_SAMPLES = 4;

  private final Mode mode;

  Work(Mode mode) {
    this.mode = mode;
  }

  /** Prepares the network; each call of what is returned does the work once. */
  abstract Runnable step(QKFormer network, BenchInput input, Engine engine);

  /** The operations of one sample. */
  abstract long flops(Flops flops);

  /** The mode of its forward pass. */
  Mode mode() {
    return mode;
  }

  /** The peer's name. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
