package io.qkformer.train.run;

import static io.qkformer.train.run.SmallRuns.recipe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.kernel.Engine;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Recompute;
import io.qkformer.model.QKFormer;
import io.qkformer.train.data.Batch;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.data.Image;
import io.qkformer.train.data.Normalization;
import io.qkformer.train.data.ShapesDataset;
import io.qkformer.train.data.Split;
import io.qkformer.train.loop.MixingPlace;
import io.qkformer.train.loop.StepMetrics;
import io.qkformer.train.loop.Trainer;
import io.qkformer.train.loop.TrainingConfig;
import io.qkformer.train.loop.TrainingListener;
import io.qkformer.train.optimize.BatchMixing;
import io.qkformer.train.optimize.MixingPlan;
import io.qkformer.train.optimize.RateUpdate;
import io.qkformer.train.optimize.SoftTargetCrossEntropy;
import io.qkformer.train.optimize.SoftTargets;
import io.qkformer.train.optimize.WeightUpdate;
import io.qkformer.train.recipe.ImageRecipe;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class RecipeLoadersTest {

  private static final int SIDE = 32;
  private static final int PICTURE = SIDE * SIDE * Image.CHANNELS;
  private static final String[] MIXED = {"img_size=32", "mixup=0.5", "cutmix=1", "smoothing=0.1"};
  private static final Dataset SHAPES = new ShapesDataset(Split.TRAIN, 24, 0);

  private static Recipe mixed(String... more) {
    List<String> all = new ArrayList<>(List.of(MIXED));
    all.addAll(List.of(more));
    return recipe(all.toArray(String[]::new));
  }

  /** What a batch holds, images copied. */
  private record Content(float[] images, int[] labels, int[] indices) {
  }

  private static List<Content> contents(DataLoader loader, int number) {
    List<Content> contents = new ArrayList<>();
    try (Epoch epoch = loader.epoch(number)) {
      while (epoch.hasNext()) {
        try (Batch batch = epoch.next()) {
          contents.add(new Content(batch.images().data().asFloat(), batch.labels(), batch.indices()));
        }
      }
    }
    return contents;
  }

  private static Normalization normalization(Recipe recipe) {
    return ((ImageRecipe) recipe.input()).evaluation().normalization();
  }

  @Test
  void theOrderOfErasingSaysWhoMixes() {
    TrainingConfig after = new RecipeLoaders(mixed("erasing_order=after_mixing", "reprob=1")).config();
    TrainingConfig before = new RecipeLoaders(mixed("erasing_order=before_mixing", "reprob=1")).config();

    assertThat(after.mixingPlace()).isEqualTo(MixingPlace.LOADER);
    assertThat(before.mixingPlace()).isEqualTo(MixingPlace.TRAINER);
    assertThat(after.erasing()).isEmpty();
    assertThat(before.erasing()).as("the loader has done it").isEmpty();
  }

  @Test
  void theTrainerRunsAsTheRecipeSays() {
    Recipe recipe = recipe("epochs=7", "cooldown_epochs=2", "time_step=3", "grad_accum_steps=4", "mixup=0.3", "seed=9",
        "sched_on_updates=false", "recompute=blocks");
    TrainingConfig config = new RecipeLoaders(recipe).config();

    assertThat(config.epochs()).isEqualTo(9);
    assertThat(config.timeSteps()).isEqualTo(3);
    assertThat(config.accumulation()).isEqualTo(4);
    assertThat(config.mixing()).isEqualTo(recipe.mixing());
    assertThat(config.seed()).isEqualTo(9);
    assertThat(config.rateUpdate()).isEqualTo(RateUpdate.PER_EPOCH);
    assertThat(config.recompute()).isEqualTo(Recompute.BLOCKS);
    assertThat(config.schedule().at(0)).isEqualTo(recipe.schedule().schedule().at(0));
  }

  @Test
  void theLoaderMixesBytesByThePlanOfTheWholeTrainingsBatch() {
    Recipe recipe = mixed();
    List<Content> plain = contents(new RecipeLoaders(recipe("img_size=32")).train(SHAPES), 2);
    List<Content> actual = contents(new RecipeLoaders(recipe).train(SHAPES), 2);
    float[][] table = table(normalization(recipe));

    assertThat(actual).hasSize(3);
    int changed = 0;
    for (int b = 0; b < 3; b++) {
      List<byte[]> pictures = bytes(plain.get(b).images(), table);
      MixingPlan plan = new BatchMixing(recipe.mixing(), recipe.run().seed()).plan(2, 2 * 3 + b, 8, SIDE, SIDE);
      List<byte[]> expected = plan.apply(pictures, SIDE, SIDE);
      for (int i = 0; i < 8; i++) {
        assertThat(Arrays.copyOfRange(actual.get(b).images(), i * PICTURE, (i + 1) * PICTURE))
            .isEqualTo(normalization(recipe).apply(Image.of(SIDE, SIDE, expected.get(i))));
        changed += Arrays.equals(expected.get(i), pictures.get(i)) ? 0 : 1;
      }
      assertThat(actual.get(b).labels()).isEqualTo(plain.get(b).labels());
      assertThat(actual.get(b).indices()).isEqualTo(plain.get(b).indices());
    }
    assertThat(changed).isGreaterThan(8);
  }

  /** What each byte becomes, by channel. */
  private static float[][] table(Normalization normalization) {
    float[][] table = new float[Image.CHANNELS][256];
    for (int value = 0; value < 256; value++) {
      float[] pixel = normalization.apply(Image.of(1, 1, new byte[] {(byte) value, (byte) value, (byte) value}));
      for (int c = 0; c < Image.CHANNELS; c++) {
        table[c][value] = pixel[c];
      }
    }
    return table;
  }

  private static List<byte[]> bytes(float[] images, float[][] table) {
    List<byte[]> pictures = new ArrayList<>();
    for (int from = 0; from < images.length; from += PICTURE) {
      byte[] picture = new byte[PICTURE];
      for (int p = 0; p < PICTURE; p++) {
        int value = Arrays.binarySearch(table[p % Image.CHANNELS], images[from + p]);
        assertThat(value).isNotNegative();
        picture[p] = (byte) value;
      }
      pictures.add(picture);
    }
    return pictures;
  }

  @Test
  void whatTheTrainerMixesComesUnmixedFromTheLoader() {
    List<Content> actual = contents(new RecipeLoaders(mixed("erasing_order=before_mixing")).train(SHAPES), 1);
    List<Content> plain = contents(new RecipeLoaders(recipe("img_size=32")).train(SHAPES), 1);

    assertThat(actual).usingRecursiveComparison().isEqualTo(plain);
  }

  /** The loss of a step, with images, targets and plan put together by hand. */
  @ParameterizedTest
  @EnumSource(MixingPlace.class)
  void imagesAndTargetsAreMixedByOnePlan(MixingPlace place) throws IOException {
    Recipe recipe = mixed("erasing_order=" + (place == MixingPlace.LOADER ? "after_mixing" : "before_mixing"),
        "start_epoch=1", "reprob=0.5");
    RecipeLoaders loaders = new RecipeLoaders(recipe);
    DataLoader loader = loaders.train(SHAPES);
    long index = loader.batches();
    MixingPlan plan = new BatchMixing(recipe.mixing(), recipe.run().seed()).plan(1, index, 8, SIDE, SIDE);
    assertThat(plan.samples().get(0).own()).as("this batch is mixed").isLessThan(0.99);

    double expected;
    try (Engine engine = Engine.create(1); Epoch epoch = loader.epoch(1); Batch batch = epoch.next();
        Pass pass = Pass.training(engine, 2).withRandomness(recipe.run().seed(), index)) {
      INDArray images = batch.images();
      if (place == MixingPlace.TRAINER) {
        plan.applyTo(images);
      }
      SoftTargets targets = SoftTargets.of(batch.labels(), 10, 0.1).mixed(plan);
      expected = SoftTargetCrossEntropy.of(SmallRuns.model(recipe, 10).forward(images, pass).value(), targets).value();
    }
    assertThat(losses(recipe, loader).get(0)).isEqualTo(expected);
  }

  private static List<Double> losses(Recipe recipe, DataLoader loader) throws IOException {
    List<Double> losses = new ArrayList<>();
    RecipeLoaders loaders = new RecipeLoaders(recipe);
    try (Engine engine = Engine.create(1)) {
      QKFormer model = SmallRuns.model(recipe, 10);
      Trainer trainer = new Trainer(model, engine, new WeightUpdate(model, recipe.optimizer(), Optional.empty(),
          engine.workers()), loaders.config(), Progress.silent());
      trainer.startAt(1, loader.batches());
      trainer.listen(new TrainingListener() {
        @Override
        public void epochEnded(EpochMetrics metrics) {
          // the steps are what is looked at
        }

        @Override
        public void stepEnded(StepMetrics metrics) {
          losses.add(metrics.loss());
        }
      });
      trainer.fit(loader, loaders.test(SHAPES));
    }
    return losses;
  }

  /** Erasing after mixing shows no partner in the box; both orders erase each picture here. */
  @ParameterizedTest
  @EnumSource(MixingPlace.class)
  void theLoaderErases(MixingPlace place) {
    String order = "erasing_order=" + (place == MixingPlace.LOADER ? "after_mixing" : "before_mixing");
    List<Content> erased = contents(new RecipeLoaders(mixed(order, "reprob=1", "remode=const")).train(SHAPES), 0);
    List<Content> whole = contents(new RecipeLoaders(mixed(order)).train(SHAPES), 0);

    for (int i = 0; i < 8; i++) {
      int zeros = 0;
      for (int p = i * PICTURE; p < (i + 1) * PICTURE; p++) {
        float value = erased.get(0).images()[p];
        zeros += value == 0 ? 1 : 0;
        assertThat(value == 0 || value == whole.get(0).images()[p]).as("erased to zero or as it was").isTrue();
      }
      assertThat(zeros).as("a box of at least 2 % of the picture").isGreaterThan(PICTURE / 60);
    }
  }

  @Test
  void theLastIncompleteBatchOfTheTrainingIsDroppedAndThatOfTheTestKept() {
    RecipeLoaders loaders = new RecipeLoaders(recipe("batch_size=10", "validation_batch_size=7"));
    DataLoader train = loaders.train(SHAPES);
    DataLoader test = loaders.test(SHAPES);

    assertThat(train.batches()).isEqualTo(2);
    assertThat(train.samples()).isEqualTo(20);
    assertThat(contents(test, 0)).extracting(content -> content.labels().length).containsExactly(7, 7, 7, 3);
    assertThat(contents(test, 3).get(3).indices()).containsExactly(21, 22, 23);
    assertThat(contents(train, 0).get(0).indices()).isNotEqualTo(contents(train, 1).get(0).indices());
    assertThatThrownBy(() -> new RecipeLoaders(recipe("batch_size=25")).train(SHAPES))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at most the 24 samples");
  }

  @Test
  void testImagesAreResizedCroppedAndNormalisedOnly() throws IOException {
    Recipe recipe = recipe("crop_pct=0.5", "hflip=1", "reprob=1", "mixup=1");
    Content batch = contents(new RecipeLoaders(recipe).test(SHAPES), 0).get(0);

    for (int i = 0; i < 8; i++) {
      Image image = ((ImageRecipe) recipe.input()).evaluation().apply(SHAPES.get(i).image());
      assertThat(image.width()).isEqualTo(16);
      assertThat(Arrays.copyOfRange(batch.images(), i * 768, (i + 1) * 768))
          .isEqualTo(normalization(recipe).apply(image));
    }
  }

  @Test
  void repeatedAugmentationShowsFewerImagesMoreOften() {
    Dataset many = new ShapesDataset(Split.TRAIN, 300, 0);
    DataLoader loader = new RecipeLoaders(recipe("aug_repeats=3", "hflip=0.5", "batch_size=64")).train(many);
    List<Content> contents = contents(loader, 0);
    int[] indices = contents.stream().flatMapToInt(content -> Arrays.stream(content.indices())).toArray();

    // 300 rounded down to a multiple of 256
    assertThat(loader.samples()).isEqualTo(256).isEqualTo(indices.length);
    assertThat(loader.batches()).isEqualTo(4);
    assertThat(Arrays.stream(indices).distinct().count()).isEqualTo(86);
    assertThat(indices[0]).isEqualTo(indices[1]).isEqualTo(indices[2]).isNotEqualTo(indices[3]);
  }

  @Test
  void samplesOfTheOtherKindAreRefused() {
    RecipeLoaders events = new RecipeLoaders(Recipes.builtin("cifar10-dvs", List.of()));
    assertThatThrownBy(() -> events.train(SHAPES))
        .isInstanceOf(RecipeException.class).hasMessageContaining("expected images, got cifar10-dvs");
    assertThatThrownBy(() -> events.test(SHAPES)).isInstanceOf(RecipeException.class);
  }
}
