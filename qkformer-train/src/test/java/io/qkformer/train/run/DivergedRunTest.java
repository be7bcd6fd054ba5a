package io.qkformer.train.run;

import static io.qkformer.train.run.SmallRuns.recipe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.model.QKFormer;
import io.qkformer.train.Bits;
import io.qkformer.train.checkpoint.CheckpointReader;
import io.qkformer.train.checkpoint.EpochSums;
import io.qkformer.train.checkpoint.TrainingState;
import io.qkformer.train.optimize.NonFiniteException;
import io.qkformer.train.optimize.NonFiniteException.Kind;
import io.qkformer.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training whose numbers are lost stops, says where, and leaves its state to be looked at. */
class DivergedRunTest {

  @TempDir
  private Path folder;

  private NonFiniteException diverging(Recipe recipe) {
    return catchThrowableOfType(() -> SmallRuns.train(recipe, folder.resolve("run")), NonFiniteException.class);
  }

  private TrainingState diverged() throws IOException {
    return new CheckpointReader(folder.resolve("run").resolve(RunFiles.DIVERGED)).newest();
  }

  @Test
  void aRateThatIsTooLargeIsFoundInTheNextStep() throws IOException {
    NonFiniteException e = diverging(recipe("lr=1e38", "warmup_lr=1e38", "grad_accum_steps=1"));

    assertThat(e.step()).hasValue(2);
    assertThat(e.samples().indices()).hasSize(8).doesNotHaveDuplicates();
    assertThat(e).hasMessageContaining(e.parameter() + " holds NaN or infinity")
        .hasMessageContaining("(step 2, samples [").hasMessageContaining("lower the learning rate");
    TrainingState state = diverged();
    assertThat(state.progress().steps()).isEqualTo(1);
    assertThat(state.progress().microBatchInEpoch()).isEqualTo(1);
    assertThat(state.progress().sums().samples()).as("the failed step's do not count").isEqualTo(8);
    assertThat(folder.resolve("run").resolve(RunFiles.SUMMARY)).doesNotExist();
    assertThat(Files.list(folder.resolve("run").resolve(RunFiles.CHECKPOINTS))).isEmpty();
    // it is the same each time that one tries
    assertThat(catchThrowableOfType(() -> SmallRuns.resume(folder.resolve("run")), NonFiniteException.class))
        .hasMessage(e.getMessage());
    Bits.assertSame(diverged(), state);
  }

  @Test
  void theLayerBehindAnOverflowIsNamed() throws IOException {
    Recipe recipe = recipe();
    QKFormer model = SmallRuns.model(recipe, 10);
    model.visit("", (name, parameter) -> {
      if (name.equals("patch_embed2.proj3_conv.weight")) {
        parameter.value().assign(3e38f);
      }
    });
    Path weights = folder.resolve("huge.safetensors");
    ModelWeights.save(weights, model, Map.of());

    NonFiniteException e = diverging(recipe("initial_checkpoint=" + weights));

    assertThat(e.kind()).isEqualTo(Kind.STATISTICS);
    assertThat(e.parameter()).startsWith("patch_embed2.proj3_bn.running_");
    assertThat(e.step()).hasValue(1);
    assertThat(e.samples().indices()).hasSize(8);
    TrainingState state = diverged();
    assertThat(state.progress().sums()).isEqualTo(EpochSums.ZERO);
    assertThat(state.progress().steps()).isZero();
    assertThat(state.model().get("patch_embed2.proj3_conv.weight").getFloat(0)).isEqualTo(3e38f);
  }

  /** Every third of 24 pictures: the indices count in the subset, the ids are those of the whole data set. */
  @Test
  void samplesOfASubsetHaveTheNamesOfTheirSource() throws IOException {
    NonFiniteException e = diverging(recipe("lr=1e38", "warmup_lr=1e38", "train_subset=8", "test_subset=5"));

    assertThat(e).hasMessageContaining("(evaluation, samples [0, 1, 2, 3, 4], "
        + "ids [test/0, test/2, test/4, test/6, test/8])");

    NonFiniteException second = catchThrowableOfType(() -> SmallRuns.train(recipe("lr=1e38", "warmup_lr=1e38",
        "train_subset=8", "batch_size=4"), folder.resolve("second")), NonFiniteException.class);
    assertThat(second.step()).hasValue(2);
    assertThat(second.samples().ids()).hasSize(4).isEqualTo(second.samples().indices().stream()
        .map(index -> "train/" + 3 * index).toList());
  }

  /** The last step of an epoch spoils the weights: the evaluation meets it. */
  @Test
  void anEvaluationOfSpoiltWeightsIsADivergence() throws IOException {
    NonFiniteException e = diverging(recipe("lr=1e38", "warmup_lr=1e38", "train_size=8"));

    assertThat(e.step()).isEmpty();
    assertThat(e.samples().indices()).hasSize(8);
    assertThat(e).hasMessageContaining("(evaluation, samples [0, 1, 2");
    assertThat(diverged().progress().steps()).isEqualTo(1);
    assertThat(diverged().progress().epoch()).isZero();
  }
}
