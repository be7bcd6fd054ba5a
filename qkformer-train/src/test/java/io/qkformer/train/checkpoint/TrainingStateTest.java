package io.qkformer.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.checkpoint.StateDict;
import io.qkformer.kernel.Workers;
import io.qkformer.train.checkpoint.CheckpointException.Problem;
import io.qkformer.train.optimize.Optimizer;
import io.qkformer.train.optimize.OptimizerState;
import io.qkformer.train.optimize.ParameterGroups;
import io.qkformer.train.optimize.Sgd;
import io.qkformer.train.optimize.SgdConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TrainingStateTest {

  private final TinyTraining training = TinyTraining.at(2);
  private final TrainingState other = TinyTraining.at(5).state();

  private void assertRefused(TrainingState state, Problem problem, String... message) {
    List<Object> before = training.bits();
    assertThatThrownBy(() -> training.restore(state))
        .isInstanceOfSatisfying(CheckpointException.class, e -> assertThat(e.problem()).isEqualTo(problem))
        .hasMessageContainingAll(message).hasMessageContaining("nothing was changed");
    assertThat(training.bits()).isEqualTo(before);
  }

  private static Map<String, INDArray> with(Map<String, INDArray> tensors, String name, INDArray tensor) {
    Map<String, INDArray> changed = new LinkedHashMap<>(tensors);
    if (tensor == null) {
      changed.remove(name);
    } else {
      changed.put(name, tensor);
    }
    return changed;
  }

  @Test
  void anotherArchitectureIsRefusedAndBothAreNamed() {
    assertRefused(new TrainingState(other.progress(), other.model(), other.optimizer(), other.average(), "Wide[8]"),
        Problem.OTHER_ARCHITECTURE, "expected " + TinyModel.ARCHITECTURE, "got Wide[8]");
  }

  @Test
  void anotherModelOfTheSameNameIsRefused() {
    StateDict less = StateDict.builder().put("conv.weight", other.model().get("conv.weight")).build();
    assertRefused(new TrainingState(other.progress(), less, other.optimizer(), other.average(),
        TinyModel.ARCHITECTURE), Problem.OTHER_ARCHITECTURE, "model lacks lif.w FLOAT []");
    assertThatThrownBy(() -> other.applyTo(new TinyModel(1, 5), training.optimizer, Optional.of(training.average),
        TinyModel.ARCHITECTURE)).hasMessageContaining("conv.weight as FLOAT [4, 2, 3, 3], expected FLOAT [5, 2, 3, 3]");
  }

  @Test
  void anotherOptimizerIsRefused() {
    Map<String, INDArray> tensors = other.optimizer().tensors();
    Map<String, Map<String, INDArray>> changes = Map.of(
        "optimizer lacks lif.w.exp_avg FLOAT []", with(tensors, "lif.w.exp_avg", null),
        "optimizer has lif.w.momentum FLOAT [1], which is unknown", with(tensors, "lif.w.momentum", Nd4j.zeros(1)),
        "optimizer has lif.w.exp_avg as FLOAT [2], expected FLOAT []", with(tensors, "lif.w.exp_avg", Nd4j.zeros(2)));
    changes.forEach((message, changed) -> assertRefused(new TrainingState(other.progress(), other.model(),
        new OptimizerState(5, changed), other.average(), TinyModel.ARCHITECTURE), Problem.OTHER_TRAINING, message));
    Optimizer sgd = new Sgd(ParameterGroups.of(training.model, 0), SgdConfig.classical(0.9),
        new Workers(1));
    assertThatThrownBy(() -> other.applyTo(training.model, sgd, Optional.of(training.average), TinyModel.ARCHITECTURE))
        .hasMessageContaining("another optimizer");
  }

  @Test
  void averagesMustBeOnBothSides() {
    assertRefused(new TrainingState(other.progress(), other.model(), other.optimizer(), Optional.empty(),
        TinyModel.ARCHITECTURE), Problem.OTHER_TRAINING, "the checkpoint has no average", "this training has one");
    assertThatThrownBy(() -> other.applyTo(training.model, training.optimizer, Optional.empty(),
        TinyModel.ARCHITECTURE)).hasMessageContaining("has an average").hasMessageContaining("has none");
    Map<String, INDArray> average = with(other.average().orElseThrow(), "conv.weight", null);
    assertRefused(new TrainingState(other.progress(), other.model(), other.optimizer(), Optional.of(average),
        TinyModel.ARCHITECTURE), Problem.OTHER_TRAINING, "average lacks conv.weight");
  }

  @Test
  void incompleteStatesAreRefused() {
    assertThatThrownBy(() -> new TrainingState(other.progress(), other.model(), other.optimizer(), Optional.empty(),
        " ")).hasMessage("architecture must be text, got ' '");
    assertThatThrownBy(() -> new TrainingState(null, other.model(), other.optimizer(), Optional.empty(), "a"))
        .hasMessage("progress");
  }
}
