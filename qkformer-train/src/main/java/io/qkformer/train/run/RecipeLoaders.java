package io.qkformer.train.run;

import io.qkformer.train.augment.ErasingOrder;
import io.qkformer.train.augment.TrainTransform;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.LastBatch;
import io.qkformer.train.data.Order;
import io.qkformer.train.loop.MixingPlace;
import io.qkformer.train.loop.TrainingConfig;
import io.qkformer.train.optimize.BatchMixing;
import io.qkformer.train.recipe.ImageRecipe;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.RecipeException;

/** The loaders and the trainer's configuration that a recipe asks for. */
public final class RecipeLoaders {

  private final Recipe recipe;
  private final ImageRecipe images;

  /**
   * The loaders of a recipe.
   *
   * @throws RecipeException when it is not one of images
   */
  public RecipeLoaders(Recipe recipe) {
    if (!(recipe.input() instanceof ImageRecipe input)) {
      throw new RecipeException("dataset: expected images, got " + recipe.data().dataset().id());
    }
    this.recipe = recipe;
    this.images = input;
  }

  /** Shuffled, augmented batches, the last incomplete one dropped, as in the reference. */
  public DataLoader train(Dataset dataset) {
    TrainTransform transform = images.train();
    DataLoader.Builder builder = transform.configure(DataLoader.builder(dataset))
        .batchSize(recipe.batches().size()).shuffle(Order.SHUFFLED).lastBatch(LastBatch.DROP)
        .repeated(recipe.data().repeatedAugmentation()).threads(recipe.data().workers())
        .prefetch(recipe.data().workers() + 1).corruptFiles(recipe.data().corruptImages()).seed(recipe.run().seed());
    if (place() == MixingPlace.LOADER) {
      transform.erasing().ifPresent(builder::normalizedAugmentation);
      int batches = builder.build().batches();
      BatchMixing mixing = new BatchMixing(recipe.mixing(), recipe.run().seed());
      builder.batchAugmentation((epoch, batch, pictures, height, width) -> mixing
          .plan(epoch, (long) epoch * batches + batch, pictures.size(), height, width)
          .apply(pictures, height, width));
    }
    return builder.build();
  }

  /** All samples in their order, resized and cropped. */
  public DataLoader test(Dataset dataset) {
    return images.evaluation().configure(DataLoader.builder(dataset)).batchSize(recipe.batches().validation())
        .shuffle(Order.SEQUENTIAL).lastBatch(LastBatch.KEEP).threads(recipe.data().workers())
        .prefetch(recipe.data().workers() + 1).corruptFiles(recipe.data().corruptImages()).build();
  }

  /** How the trainer runs. */
  public TrainingConfig config() {
    return TrainingConfig.of(recipe.schedule().totalEpochs(), recipe.model().timeSteps(), recipe.schedule().schedule())
        .withRateUpdate(recipe.rateUpdate()).withAccumulation(recipe.batches().accumulation())
        .withMixing(recipe.mixing(), place()).withSeed(recipe.run().seed()).withRecompute(recipe.run().recompute());
  }

  /**
   * timm's loader mixes bytes and erases what is mixed; erasing before mixing is timm's without its fast loader, which
   * then mixes floats.
   */
  private MixingPlace place() {
    return images.erasing().order() == ErasingOrder.AFTER_MIXING ? MixingPlace.LOADER : MixingPlace.TRAINER;
  }
}
