package io.qkformer.train.recipe;

import io.qkformer.train.optimize.EmaConfig;
import io.qkformer.train.optimize.MixingConfig;
import io.qkformer.train.optimize.OptimizerConfig;
import io.qkformer.train.optimize.RateUpdate;
import io.qkformer.train.optimize.ScheduleConfig;
import io.qkformer.train.recipe.DatasetKind.Content;
import java.util.Objects;
import java.util.Optional;

/**
 * All that a training is made of. {@link Recipes} reads it from a file.
 *
 * @param model       the network
 * @param data        the samples
 * @param input       what happens to them; fits the data's kind and the model's size
 * @param batches     how many at a time
 * @param mixing      of samples, and the labels' smoothing
 * @param optimizer   how parameters are moved
 * @param schedule    the learning rate, for the batch of this recipe, and the number of epochs
 * @param rateUpdate  how often the rate follows
 * @param ema         an average of the weights, if wanted
 * @param checkpoints what it starts with and what is kept
 * @param run         how it runs on a machine
 */
public record Recipe(ModelRecipe model, DataRecipe data, InputRecipe input, BatchRecipe batches, MixingConfig mixing,
    OptimizerConfig optimizer, ScheduleConfig schedule, RateUpdate rateUpdate, Optional<EmaConfig> ema,
    CheckpointRecipe checkpoints, RunRecipe run) {

  /** Checks that the parts fit each other. */
  public Recipe {
    Objects.requireNonNull(batches, "batches");
    Objects.requireNonNull(optimizer, "optimizer");
    Objects.requireNonNull(rateUpdate, "rateUpdate");
    Objects.requireNonNull(ema, "ema");
    Objects.requireNonNull(checkpoints, "checkpoints");
    DatasetKind dataset = data.dataset();
    Checks.that(input.size() == model.architecture().height(), "imgSize must be the model's "
        + model.architecture().height() + ", got " + input.size());
    Checks.that((input instanceof EventRecipe) == (dataset.content() == Content.EVENTS),
        "dataset " + dataset.id() + " holds " + dataset.content() + ", which " + input.getClass().getSimpleName()
            + " does not fit");
    int channels = dataset.content().channels();
    Checks.that(model.architecture().inChannels() == channels, "inChannels must be " + channels + " for " + dataset.id()
        + ", got " + model.architecture().inChannels());
    model.numClasses().ifPresent(classes -> Checks.that(dataset.classes().orElse(classes) == classes,
        "numClasses must be " + dataset.classes().orElse(classes) + " for " + dataset.id() + ", got " + classes));
    Checks.that(!(input instanceof ImageRecipe images) || images.colour().release() == mixing.release(),
        "timmRelease must be the same for images and mixing, got " + mixing.release() + " for mixing");
    Checks.that(run.startEpoch() < schedule.totalEpochs(), "startEpoch must be below the number of epochs, "
        + schedule.totalEpochs() + ", got " + run.startEpoch());
  }
}
