package io.qkformer.train.run;

import io.qkformer.train.augment.ErasingOrder;
import io.qkformer.train.augment.TrainTransform;
import io.qkformer.train.data.ClipAugmentation;
import io.qkformer.train.data.ClipDataset;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.LastBatch;
import io.qkformer.train.data.LoaderBuilder;
import io.qkformer.train.data.Order;
import io.qkformer.train.data.SampleSource;
import io.qkformer.train.event.clip.RandomClipFlip;
import io.qkformer.train.event.clip.SnnAugmentWide;
import io.qkformer.train.loop.MixingPlace;
import io.qkformer.train.loop.TrainingConfig;
import io.qkformer.train.optimize.BatchMixing;
import io.qkformer.train.recipe.EventRecipe;
import io.qkformer.train.recipe.ImageRecipe;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.RecipeException;
import java.util.ArrayList;
import java.util.List;

/** The loaders and the trainer's configuration that a recipe asks for. */
public final class RecipeLoaders {

  private final Recipe recipe;

  /** The loaders of a recipe. */
  public RecipeLoaders(Recipe recipe) {
    this.recipe = recipe;
  }

  /**
   * Shuffled, augmented batches, the last incomplete one dropped, as in the reference.
   *
   * @throws RecipeException when the recipe is one of images and the samples are clips, or the other way round
   */
  public DataLoader train(SampleSource samples) {
    if (samples instanceof ClipDataset clips) {
      return shuffled(DataLoader.builder(clips).augmentation(augmentation(events()))).build();
    }
    return train((Dataset) samples, images());
  }

  private <B extends LoaderBuilder<B>> B shuffled(B builder) {
    return builder.batchSize(recipe.batches().size()).shuffle(Order.SHUFFLED).lastBatch(LastBatch.DROP)
        .repeated(recipe.data().repeatedAugmentation()).threads(recipe.data().workers())
        .prefetch(recipe.data().workers() + 1).corruptFiles(recipe.data().corruptImages()).seed(recipe.run().seed());
  }

  private DataLoader train(Dataset dataset, ImageRecipe images) {
    TrainTransform transform = images.train();
    DataLoader.Builder builder = shuffled(transform.configure(DataLoader.builder(dataset)));
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

  /** The reference mirrors clips first, then changes them otherwise. */
  private static ClipAugmentation augmentation(EventRecipe events) {
    List<ClipAugmentation> steps = new ArrayList<>();
    if (events.hflip() > 0) {
      steps.add(new RandomClipFlip(events.hflip()));
    }
    if (events.policy() == EventRecipe.Policy.SNN_AUGMENT_WIDE) {
      steps.add(new SnnAugmentWide());
    }
    return ClipAugmentation.compose(steps);
  }

  /**
   * All samples in their order; images resized and cropped.
   *
   * @throws RecipeException when the recipe is one of images and the samples are clips, or the other way round
   */
  public DataLoader test(SampleSource samples) {
    LoaderBuilder<?> builder;
    if (samples instanceof ClipDataset clips) {
      events();
      builder = DataLoader.builder(clips);
    } else {
      builder = images().evaluation().configure(DataLoader.builder((Dataset) samples));
    }
    return builder.batchSize(recipe.batches().validation())
        .shuffle(Order.SEQUENTIAL).lastBatch(LastBatch.KEEP).threads(recipe.data().workers())
        .prefetch(recipe.data().workers() + 1).corruptFiles(recipe.data().corruptImages()).build();
  }

  private ImageRecipe images() {
    if (recipe.input() instanceof ImageRecipe images) {
      return images;
    }
    throw new RecipeException("dataset: expected images, got " + recipe.data().dataset().id());
  }

  private EventRecipe events() {
    if (recipe.input() instanceof EventRecipe events) {
      return events;
    }
    throw new RecipeException("dataset: expected events, got " + recipe.data().dataset().id());
  }

  /** How the trainer runs. */
  public TrainingConfig config() {
    return TrainingConfig.of(recipe.schedule().totalEpochs(), recipe.model().timeSteps(), recipe.schedule().schedule())
        .withRateUpdate(recipe.rateUpdate()).withAccumulation(recipe.batches().accumulation())
        .withMixing(recipe.mixing(), place()).withSeed(recipe.run().seed()).withRecompute(recipe.run().recompute());
  }

  /**
   * timm's loader mixes bytes and erases what is mixed; erasing before mixing is timm's without its fast loader, which
   * then mixes floats. Clips are floats, and the reference mixes whole batches of them.
   */
  private MixingPlace place() {
    return recipe.input() instanceof ImageRecipe images && images.erasing().order() == ErasingOrder.AFTER_MIXING ? MixingPlace.LOADER : MixingPlace.TRAINER;
  }
}
