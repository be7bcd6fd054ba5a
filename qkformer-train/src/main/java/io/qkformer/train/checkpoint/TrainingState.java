package io.qkformer.train.checkpoint;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.checkpoint.StateDict;
import io.qkformer.layer.Layer;
import io.qkformer.train.optimize.Optimizer;
import io.qkformer.train.optimize.OptimizerState;
import io.qkformer.train.optimize.WeightAverage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * All that a training needs to go on exactly, to the bit.
 *
 * @param progress     how far it has come
 * @param model        parameters and buffers, under the reference's names and in its shapes
 * @param optimizer    its moments, in this library's shapes
 * @param average      of the weights, in this library's shapes, if the training keeps one
 * @param architecture names the model's architecture, an HstConfig's text for instance; a state is applied only
 *                     to a model of the same
 */
public record TrainingState(TrainingProgress progress, StateDict model, OptimizerState optimizer,
    Optional<Map<String, INDArray>> average, String architecture) {

  /** Checks that all are there and copies the map, not the tensors. */
  public TrainingState {
    Objects.requireNonNull(progress, "progress");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(optimizer, "optimizer");
    average = average.map(tensors -> Collections.unmodifiableMap(new LinkedHashMap<>(tensors)));
    if (architecture == null || architecture.isBlank()) {
      throw new IllegalArgumentException("architecture must be text, got "
          + (architecture == null ? "null" : "'" + architecture + "'"));
    }
  }

  /**
   * The state of now. The model's tensors are copies; those of the optimizer and the average are their own, which the
   * next step changes: save the state before.
   */
  public static TrainingState of(TrainingProgress progress, Layer model, Optimizer optimizer,
      Optional<WeightAverage> average, String architecture) {
    return new TrainingState(progress, ModelWeights.export(model), optimizer.state(),
        average.map(WeightAverage::state), architecture);
  }

  /**
   * Gives model, optimizer and average this state. Everything is checked before anything is changed.
   *
   * @param ownArchitecture the model's
   * @throws CheckpointException OTHER_ARCHITECTURE when the model is another, naming both; OTHER_TRAINING when the
   *     optimizer's or the average's tensors are others, or only one side has an average; then nothing has changed
   */
  public void applyTo(Layer ownModel, Optimizer ownOptimizer, Optional<WeightAverage> ownAverage,
      String ownArchitecture) throws CheckpointException {
    if (!architecture.equals(ownArchitecture)) {
      throw CheckpointException.otherArchitecture(architecture, ownArchitecture);
    }
    Optional<String> otherModel = TensorFit.differenceToModel(model, ownModel);
    if (otherModel.isPresent()) {
      throw CheckpointException.otherModel(otherModel.get());
    }
    requireFit("optimizer", optimizer.tensors(), ownOptimizer.state().tensors());
    if (average.isPresent() != ownAverage.isPresent()) {
      throw CheckpointException.otherTraining("the checkpoint has " + (average.isPresent() ? "an" : "no")
          + " average of the weights, this training has " + (ownAverage.isPresent() ? "one" : "none"));
    }
    if (ownAverage.isPresent()) {
      requireFit("average", average.orElseThrow(), ownAverage.get().state());
    }
    ModelWeights.load(model, ownModel);
    ownOptimizer.restore(optimizer);
    ownAverage.ifPresent(own -> own.restore(average.orElseThrow()));
  }

  private static void requireFit(String what, Map<String, INDArray> given, Map<String, INDArray> own)
      throws CheckpointException {
    Optional<String> difference = TensorFit.difference(what, given, own);
    if (difference.isPresent()) {
      throw CheckpointException.otherTraining(difference.get());
    }
  }
}
