package io.qkformer.train.recipe;

import io.qkformer.train.data.CorruptFiles;
import io.qkformer.train.data.DecodeLimit;
import io.qkformer.train.data.RepeatedAugmentation;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which samples, and how they are loaded.
 *
 * @param dataset       which data set
 * @param directory     where it lies: a folder or zip file; not for what is drawn ({@link DatasetKind#isDrawn})
 * @param framesDirectory where frames of events are kept; empty: beside the recordings or images, those of drawn
 *                      recordings in memory
 * @param trainSize     samples to draw for training, at least 1; of what is drawn
 * @param testSize      samples to draw for the test, at least 1; of what is drawn
 * @param seed          of what is drawn, of a simulated camera and of a random division
 * @param trainSubset   how many of the training samples are taken, spread evenly over them; empty: all
 * @param testSubset    how many of the test samples are taken, likewise
 * @param workers       threads that prepare batches, at least 1
 * @param repeats       how often each sample comes in an epoch, as timm's {@code aug_repeats}; 0 and 1: once
 * @param corruptImages what becomes of images that cannot be decoded
 * @param decodeLimit   beyond which an image counts as one that cannot be decoded
 */
public record DataRecipe(DatasetKind dataset, Optional<Path> directory, Optional<Path> framesDirectory, int trainSize,
    int testSize, long seed, OptionalInt trainSubset, OptionalInt testSubset, int workers, int repeats,
    CorruptFiles corruptImages, DecodeLimit decodeLimit) {

  /** Checks each value. */
  public DataRecipe {
    Objects.requireNonNull(dataset, "dataset");
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(framesDirectory, "framesDirectory");
    Objects.requireNonNull(corruptImages, "corruptImages");
    Objects.requireNonNull(decodeLimit, "decodeLimit");
    Checks.atLeast("trainSize", 1, trainSize);
    Checks.atLeast("testSize", 1, testSize);
    trainSubset.ifPresent(count -> Checks.atLeast("trainSubset", 1, count));
    testSubset.ifPresent(count -> Checks.atLeast("testSubset", 1, count));
    Checks.atLeast("workers", 1, workers);
    Checks.atLeast("augRepeats", 0, repeats);
  }

  /**
   * Where the data set lies.
   *
   * @throws RecipeException when the recipe does not say so; the message says where to get recordings
   */
  public Path requireDirectory() {
    return directory.orElseThrow(() -> new RecipeException("data_dir: expected the folder"
        + (dataset.mayBeZipped() ? " or zip file" : "") + " of the data set " + dataset.id()
        + ", got none; add data_dir to the recipe or override it with data_dir=PATH"
        + dataset.download().map(download -> ". " + download.instructions("that folder")).orElse("")));
  }

  /** How often each sample comes, for the loader. */
  public RepeatedAugmentation repeatedAugmentation() {
    return repeats <= 1 ? RepeatedAugmentation.NONE : new RepeatedAugmentation(repeats);
  }
}
