package io.qkformer.train.run;

import io.qkformer.train.data.CachedDataset;
import io.qkformer.train.data.CifarDataset;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.DecodeLimit;
import io.qkformer.train.data.ImageFolderDataset;
import io.qkformer.train.data.ImageSizes;
import io.qkformer.train.data.ShapesDataset;
import io.qkformer.train.data.Split;
import io.qkformer.train.recipe.DataRecipe;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.report.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A data set that a recipe asks for, one split of it. Small images are kept in memory, decoded; folders of large ones
 * are read again in each epoch.
 */
public final class RecipeData implements Closeable {

  /** Sides up to which a folder's images are kept in memory: CIFAR's, not ImageNet's. */
  private static final int LARGEST_CACHED = 64;

  private final Dataset dataset;
  private final Closeable source;

  private RecipeData(Dataset dataset, Closeable source) {
    this.dataset = dataset;
    this.source = source;
  }

  /**
   * Opens a split.
   *
   * @param size     side of the images that the model takes
   * @param threads  that read and decode what is kept in memory
   * @param progress is told of the reading
   * @throws RecipeException when the recipe does not say where the data lies, or the kind is not one of images
   * @throws IOException     when the data cannot be read, naming the file and what was expected
   */
  public static RecipeData open(DataRecipe recipe, Split split, int size, int threads, Progress progress)
      throws IOException {
    switch (recipe.dataset()) {
      case SHAPES:
        return inMemory(cached(new ShapesDataset(split,
            split == Split.TRAIN ? recipe.trainSize() : recipe.testSize(), recipe.seed()), recipe, threads, progress));
      case CIFAR10:
        return cifar(recipe, split, CifarDataset::cifar10);
      case CIFAR100:
        return cifar(recipe, split, CifarDataset::cifar100);
      case FOLDER:
        return folder(recipe, split, size, threads, progress);
      default:
        throw new RecipeException("dataset: expected images (shapes, cifar10, cifar100, folder), got "
            + recipe.dataset().id() + ", whose clips this command does not train on yet");
    }
  }

  /** Opens a split of CIFAR. */
  private interface CifarOpener {
    Dataset open(Path directory, Split split) throws IOException;
  }

  private static RecipeData cifar(DataRecipe recipe, Split split, CifarOpener opener) throws IOException {
    return inMemory(opener.open(recipe.requireDirectory(), split));
  }

  private static RecipeData inMemory(Dataset dataset) {
    return new RecipeData(dataset, () -> { });
  }

  private static RecipeData folder(DataRecipe recipe, Split split, int size, int threads, Progress progress)
      throws IOException {
    Path root = recipe.requireDirectory();
    if (size > LARGEST_CACHED) {
      ImageFolderDataset images = ImageFolderDataset.open(root, split, ImageSizes.ANY, DecodeLimit.DEFAULT);
      return new RecipeData(images, images);
    }
    try (ImageFolderDataset images = ImageFolderDataset.open(root, split, ImageSizes.ANY, DecodeLimit.DEFAULT)) {
      return inMemory(cached(images, recipe, threads, progress));
    }
  }

  private static Dataset cached(Dataset dataset, DataRecipe recipe, int threads, Progress progress)
      throws IOException {
    try (Progress.Task task = progress.start("load " + dataset.name(), dataset.size(), "images")) {
      AtomicLong done = new AtomicLong();
      return CachedDataset.load(dataset, threads, (loaded, total) -> {
        // told under the cache's lock, in order
        task.advance(loaded - done.getAndSet(loaded));
      }, recipe.corruptImages());
    }
  }

  /** The samples. */
  public Dataset dataset() {
    return dataset;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
