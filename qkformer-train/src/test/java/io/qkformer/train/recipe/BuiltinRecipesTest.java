package io.qkformer.train.recipe;

import io.qkformer.attention.AttentionKind;
import io.qkformer.attention.SsaTiming;
import io.qkformer.layer.Recompute;
import io.qkformer.model.Form;
import io.qkformer.model.HstConfig;
import io.qkformer.model.Preset;
import io.qkformer.model.QKFormer;
import io.qkformer.train.augment.ErasingMode;
import io.qkformer.train.augment.ErasingOrder;
import io.qkformer.train.augment.EvaluationTransform;
import io.qkformer.train.augment.RandAugmentPolicy;
import io.qkformer.train.augment.Resampling;
import io.qkformer.train.augment.TrainTransform;
import io.qkformer.train.data.CorruptFiles;
import io.qkformer.train.data.DecodeLimit;
import io.qkformer.train.data.Normalization;
import io.qkformer.train.event.frame.FramesByNumber;
import io.qkformer.train.optimize.LearningRateSchedule;
import io.qkformer.train.optimize.MixingConfig;
import io.qkformer.train.optimize.OptimizerConfig;
import io.qkformer.train.optimize.RateUpdate;
import io.qkformer.train.optimize.ScheduleConfig.Kind;
import io.qkformer.train.optimize.ScheduleConfig;
import io.qkformer.train.reference.TimmRelease;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;


/** The library's recipes have the numbers of the reference's code and logs. */
class BuiltinRecipesTest {

  static List<String> names() {
    return Recipes.builtinNames();
  }

  private static Recipe builtin(String name) {
    return Recipes.builtin(name, List.of());
  }

  @ParameterizedTest
  @MethodSource("names")
  void namesTheirDataAndCommentThemselves(String name) {
    assertThat(Recipes.builtinText(name)).startsWith("# ");
    assertThat(builtin(name).data().directory()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"cifar10, 10, HST_4_384_CIFAR10, 6706234", "cifar100, 100, HST_4_384_CIFAR100, 6740884",
      "cifar10-dvs, 10, HST_2_256_CIFAR10_DVS, 1504138", "dvs128-gesture, 11, HST_2_256_DVS128_REFERENCE, 1999371",
      "imagenet-384, 1000, HST_10_384, 16473688"})
  void modelsAreThePresets(String name, int classes, Preset preset, long parameters) {
    HstConfig config = builtin(name).model().config(classes);
    assertThat(config).isEqualTo(preset.config());
    assertThat(new QKFormer(config, 1).parameterCount()).isEqualTo(parameters);
  }

  @Test
  void largeModelsAreThePresetsToo() {
    assertThat(builtin("imagenet-512").model().config(1000)).isEqualTo(Preset.HST_10_512.config());
    assertThat(builtin("imagenet-768").model().config(1000)).isEqualTo(Preset.HST_10_768.config());
    assertThat(builtin("imagenet-768-finetune-384").model().config(1000))
        .isEqualTo(Preset.HST_10_768.config().withSize(384, 384));
  }

  @ParameterizedTest
  @CsvSource({"cifar10, 10", "cifar100, 100"})
  void cifarIsTheReferences(String name, int classes) {
    Recipe recipe = builtin(name);
    assertThat(recipe.data().dataset().classes()).hasValue(classes);
    assertThat(recipe.batches()).isEqualTo(new BatchRecipe(64, 64, 1));
    assertThat(recipe.optimizer()).isEqualTo(OptimizerConfig.adamW(0.06));
    assertThat(recipe.ema()).isEmpty();
    assertThat(recipe.rateUpdate()).isEqualTo(RateUpdate.PER_EPOCH);
    assertThat(recipe.run().seed()).isEqualTo(42);
    MixingConfig mixing = recipe.mixing();
    assertThat(mixing.mixup()).isEqualTo(0.5);
    assertThat(mixing.cutmix()).isZero();
    assertThat(mixing.mixupProb()).isEqualTo(1);
    assertThat(mixing.smoothing()).isEqualTo(0.1);
    assertThat(mixing.isActiveIn(409)).as("mixup was on to the end").isTrue();

    TrainTransform images = ((ImageRecipe) recipe.input()).train();
    assertThat(images).isEqualTo(TrainTransform.builder(32).scale(1, 1).ratio(1, 1).trainInterpolation("bicubic")
        .hflip(0.5).timmRelease(TimmRelease.V0_6_12).autoAugment("rand-m9-n1-mstd0.4-inc1")
        .normalization(Normalization.CIFAR10).randomErasing(0.25, "const", 1).build());
    assertThat(((ImageRecipe) recipe.input()).evaluation())
        .isEqualTo(EvaluationTransform.whole(32, Normalization.CIFAR10));
  }

  @Test
  void cifarHasTheLoggedLearningRates() {
    ScheduleConfig config = builtin("cifar10").schedule();
    LearningRateSchedule rates = config.schedule();
    assertThat(config.totalEpochs()).isEqualTo(410);
    double[][] logged = {{0, 1.000e-05}, {1, 5.950e-05}, {4, 2.080e-04}, {19, 9.505e-04}, {20, 9.939e-04},
        {29, 9.872e-04}, {199, 5.089e-04}, {349, 4.918e-05}, {409, 1.000e-05}};
    for (double[] row : logged) {
      assertThat(rates.at(row[0])).as("epoch %s", row[0]).isCloseTo(row[1], within(6e-8));
    }
  }

  @ParameterizedTest
  @CsvSource({"cifar10-dvs, 10", "cifar10-dvs, 16", "dvs128-gesture, 10", "dvs128-gesture, 16"})
  void eventRecipesHaveAsManyFramesAsTimeSteps(String name, int timeSteps) {
    Recipe recipe = Recipes.builtin(name, List.of("time_step=" + timeSteps));
    assertThat(recipe.model().timeSteps()).isEqualTo(timeSteps);
    assertThat(recipe.model().config(recipe.data().dataset().classes().orElseThrow()).timeSteps()).isEqualTo(timeSteps);
    assertThat(((EventRecipe) recipe.input()).frames(recipe.model().timeSteps()))
        .isEqualTo(new FramesByNumber(timeSteps));
  }

  @ParameterizedTest
  @CsvSource({"cifar10-dvs, 5e-3, 1e-5, 106", "dvs128-gesture, 1e-3, 2e-5, 202"})
  void eventRecipesAreTheReferences(String name, double rate, double least, int epochs) {
    Recipe recipe = builtin(name);
    assertThat(recipe.input())
        .isEqualTo(new EventRecipe(128, EventRecipe.FrameSplit.NUMBER, EventRecipe.Files.DEFAULT, 0.5,
             EventRecipe.Policy.SNN_AUGMENT_WIDE));
    assertThat(recipe.model().timeSteps()).isEqualTo(16);
    assertThat(recipe.batches()).isEqualTo(new BatchRecipe(16, 16, 1));
    assertThat(recipe.schedule().lr()).isEqualTo(rate);
    assertThat(recipe.schedule().minLr()).isEqualTo(least);
    assertThat(recipe.schedule().warmupEpochs()).isEqualTo(10);
    assertThat(recipe.schedule().totalEpochs()).isEqualTo(epochs);
    assertThat(recipe.optimizer().weightDecay()).isEqualTo(0.06);
    assertThat(recipe.mixing().mixupProb()).isEqualTo(0.5);
    assertThat(recipe.mixing().isActiveIn(74)).isTrue();
    assertThat(recipe.mixing().isActiveIn(75)).isFalse();
    assertThat(recipe.run().seed()).isEqualTo(2021);
  }

  @ParameterizedTest
  @CsvSource({"imagenet-384, 32, 512, 1.2e-3", "imagenet-512, 32, 512, 1.2e-3", "imagenet-768, 24, 576, 1.35e-3"})
  void imagenetIsTheReferences(String name, int batch, int step, double rate) {
    Recipe recipe = builtin(name);
    assertThat(recipe.batches().size()).isEqualTo(batch);
    assertThat(recipe.batches().step()).isEqualTo(step);
    assertThat(recipe.schedule().sched()).isEqualTo(Kind.MAE);
    assertThat(recipe.schedule().lr()).isCloseTo(rate, within(1e-15));
    assertThat(recipe.schedule().minLr()).isEqualTo(1e-6);
    assertThat(recipe.schedule().warmupEpochs()).isEqualTo(5);
    assertThat(recipe.schedule().totalEpochs()).isEqualTo(200);
    assertThat(recipe.rateUpdate()).isEqualTo(RateUpdate.PER_STEP);
    assertThat(recipe.optimizer()).isEqualTo(OptimizerConfig.adamW(0.05));
    assertThat(recipe.mixing().isActive()).isFalse();
    assertThat(recipe.run().seed()).isZero();

    ImageRecipe images = (ImageRecipe) recipe.input();
    assertThat(images.evaluation()).isEqualTo(EvaluationTransform.imageNet(224));
    TrainTransform train = images.train();
    assertThat(train.randAugment().orElseThrow().policy())
        .isEqualTo(RandAugmentPolicy.parse("rand-m9-mstd0.5-inc1", TimmRelease.V0_6_12));
    assertThat(train.scale().low()).isEqualTo(0.08);
    assertThat(train.ratio().high()).isEqualTo(4.0 / 3);
    assertThat(train.erasing().orElseThrow().mode()).isEqualTo(ErasingMode.PIXEL);
    assertThat(train.erasingOrder()).isEqualTo(ErasingOrder.BEFORE_MIXING);
  }

  @Test
  void evaluationAbove224IsNotCropped() {
    ImageRecipe images = (ImageRecipe) Recipes.builtin("imagenet-384", List.of("img_size=288")).input();
    assertThat(images.evaluation())
        .isEqualTo(new EvaluationTransform(288, 1, Resampling.BICUBIC, Normalization.IMAGENET));
  }

  @Test
  void fineTuningHasTheLoggedMeanRates() {
    Recipe recipe = builtin("imagenet-768-finetune-384");
    LearningRateSchedule rates = recipe.schedule().schedule();
    assertThat(recipe.run().startEpoch()).isEqualTo(201);
    assertThat(recipe.schedule().totalEpochs() - recipe.run().startEpoch()).isEqualTo(9);
    double[][] logged = {{201, 5.587e-6}, {202, 4.463e-6}, {203, 3.479e-6}, {206, 1.368e-6}, {209, 5.235e-7}};
    for (double[] row : logged) {
      // near its end a cosine's mean over an epoch is that of the middle and a little more
      assertThat(rates.at(row[0] + 0.5)).as("epoch %s", row[0]).isCloseTo(row[1], within(0.02 * row[1]));
    }
  }

  @Test
  void shapesIsWhatTrainDoesWithoutOptions() {
    Recipe recipe = builtin("shapes");
    AttentionKind[] kinds = {AttentionKind.QKTA, AttentionKind.QKTA, AttentionKind.SSA};
    assertThat(recipe.model().config(10))
        .isEqualTo(HstConfig.of(Form.IMAGENET, 32, 128, new int[] {1, 1, 1}, kinds, 4, 4, 10, 2));
    assertThat(recipe.model().architecture().ssaTiming()).isEqualTo(SsaTiming.PER_SAMPLE);
    assertThat(recipe.data()).isEqualTo(new DataRecipe(DatasetKind.SHAPES, Optional.empty(), Optional.empty(), 5000, 1000, 0,
        OptionalInt.empty(), OptionalInt.empty(), 1, 0, CorruptFiles.FAIL,
        DecodeLimit.DEFAULT));
    assertThat(recipe.batches()).isEqualTo(new BatchRecipe(32, 32, 1));
    assertThat(recipe.schedule().totalEpochs()).isEqualTo(6);
    assertThat(recipe.schedule().schedule().at(0)).isEqualTo(1e-4);
    assertThat(recipe.schedule().lr()).isEqualTo(4e-3);
    assertThat(recipe.schedule().minLr()).isEqualTo(1e-5);
    assertThat(recipe.rateUpdate()).isEqualTo(RateUpdate.PER_STEP);
    assertThat(recipe.optimizer()).isEqualTo(OptimizerConfig.adamW(0.06));
    assertThat(recipe.mixing()).isEqualTo(MixingConfig.defaults());
    assertThat(recipe.run()).isEqualTo(new RunRecipe(42, OptionalInt.empty(), Recompute.NONE, 0, 50, Path.of("runs"),
        Optional.empty()));
    TrainTransform images = ((ImageRecipe) recipe.input()).train();
    assertThat(images.hflip()).isZero();
    assertThat(images.scale().low()).isEqualTo(1);
    assertThat(images.randAugment()).isEmpty();
    assertThat(images.colorJitter()).isEmpty();
    assertThat(images.normalization()).isEqualTo(Normalization.CIFAR10);
  }

  @Test
  void anUnknownNameListsTheKnown() {
    assertThatThrownBy(() -> builtin("cifar11")).isInstanceOf(RecipeException.class)
        .hasMessage("unknown recipe cifar11; expected a file that ends in .yml or .yaml, or one of shapes, "
            + "cifar10-small, cifar10, cifar100, cifar10-dvs, dvs128-gesture, "
            + "gestures-simulated, cifar10-dvs-simulated, imagenet-384, imagenet-512, imagenet-768, "
            + "imagenet-768-finetune-384");
  }
}
