package io.qkformer.train.checkpoint;

import io.qkformer.kernel.Workers;
import io.qkformer.train.optimize.AdamW;
import io.qkformer.train.optimize.AdamWConfig;
import io.qkformer.train.optimize.EmaConfig;
import io.qkformer.train.optimize.Optimizer;
import io.qkformer.train.optimize.ParameterGroups;
import io.qkformer.train.optimize.WeightAverage;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A training whose gradients are a function of the step alone. */
final class TinyTraining {

  final TinyModel model;
  final Optimizer optimizer;
  final WeightAverage average;
  private long step;

  TinyTraining(int seed) {
    model = new TinyModel(seed);
    optimizer = new AdamW(ParameterGroups.of(model, 0.05), AdamWConfig.defaults());
    average = new WeightAverage(model, EmaConfig.of(0.9, EmaConfig.Start.AT_ONCE), new Workers(1));
  }

  /** Trained up to a step. */
  static TinyTraining at(long step) {
    TinyTraining training = new TinyTraining(1);
    training.trainTo(step);
    return training;
  }

  void trainTo(long last) {
    while (step < last) {
      step++;
      model.learn(step);
      optimizer.step(1e-2);
      average.update(step);
    }
  }

  TrainingProgress progress() {
    return new TrainingProgress(3, 17, 100 + step, step, new EpochSums(0.1 + step, 34, 5, 20, 1.0 / 3, 1, 987654321L),
        -42, Map.of("note", "öß \"quoted\"\n", "data", "shapes"));
  }

  TrainingState state() {
    return TrainingState.of(progress(), model, optimizer, Optional.of(average), TinyModel.ARCHITECTURE);
  }

  void restore(TrainingState state) throws CheckpointException {
    state.applyTo(model, optimizer, Optional.of(average), TinyModel.ARCHITECTURE);
    step = state.progress().steps();
  }

  /** All bits of everything that is trained. */
  List<Object> bits() {
    return List.of(model.bits(), optimizer.state().steps(), TinyModel.bits(optimizer.state().tensors()),
        TinyModel.bits(average.state()));
  }
}
