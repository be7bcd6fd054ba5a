package io.qkformer.train.run;

import io.qkformer.train.data.CachedDataset;
import io.qkformer.train.data.CifarDataset;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.EvenSubset;
import io.qkformer.train.data.ImageFolderDataset;
import io.qkformer.train.data.ImageSizes;
import io.qkformer.train.data.ShapesDataset;
import io.qkformer.train.data.Split;
import io.qkformer.train.recipe.DataRecipe;
import io.qkformer.train.recipe.DatasetKind;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.report.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data set that a recipe asks for, one split of it. Small images are kept in memory, decoded; folders of large or
 * very many ones are read again in each epoch.
 */
public final class RecipeData implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(RecipeData.class);
  /** Sides up to which a folder's images are kept in memory: CIFAR's, not ImageNet's. */
  private static final int LARGEST_CACHED = 64;
  /** Not the heap's size: fingerprints and what is left out must not depend on the machine. */
  private static final long MOST_BYTES_CACHED = 2L << 30;
  private static final int PROBED = 16;

  private final Dataset dataset;
  private final Closeable source;

  private RecipeData(Dataset dataset, Closeable source) {
    this.dataset = dataset;
    this.source = source;
  }

  /**
   * Checks what can be known without looking at the data.
   *
   * @throws RecipeException when the recipe does not say where the data lies, or the kind is not one of images
   */
  static void requireUsable(DataRecipe recipe) {
    if (recipe.dataset().content() != DatasetKind.Content.IMAGES) {
      throw new RecipeException("dataset: expected images (shapes, cifar10, cifar100, folder), got "
          + recipe.dataset().id() + ", whose samples are clips");
    }
    if (recipe.dataset() != DatasetKind.SHAPES) {
      recipe.requireDirectory();
    }
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
    requireUsable(recipe);
    OptionalInt subset = split == Split.TRAIN ? recipe.trainSubset() : recipe.testSubset();
    switch (recipe.dataset()) {
      case SHAPES:
        return inMemory(cached(new ShapesDataset(split,
            split == Split.TRAIN ? recipe.trainSize() : recipe.testSize(), recipe.seed()), subset, recipe, threads,
            progress));
      case CIFAR10:
        return cifar(recipe, split, subset, CifarDataset::cifar10);
      case CIFAR100:
        return cifar(recipe, split, subset, CifarDataset::cifar100);
      case FOLDER:
        return folder(recipe, split, subset, size, threads, progress);
      default:
        throw new IllegalStateException("no data set of images: " + recipe.dataset());
    }
  }

  /**
   * Opens a split of the images from which a recipe simulates recordings: CIFAR-10's binary files, or a zip file or folder
   * of image files.
   */
  static RecipeData simulated(DataRecipe recipe, Split split, int threads, Progress progress) throws IOException {
    OptionalInt subset = split == Split.TRAIN ? recipe.trainSubset() : recipe.testSubset();
    return CifarDataset.isCifar10(recipe.requireDirectory()) ? cifar(recipe, split, subset, CifarDataset::cifar10)
        : folder(recipe, split, subset, LARGEST_CACHED, threads, progress);
  }

  /** Opens a split of CIFAR. */
  private interface CifarOpener {
    Dataset open(Path directory, Split split) throws IOException;
  }

  private static RecipeData cifar(DataRecipe recipe, Split split, OptionalInt subset, CifarOpener opener)
      throws IOException {
    return inMemory(subset(opener.open(recipe.requireDirectory(), split), subset));
  }

  private static RecipeData inMemory(Dataset dataset) {
    return new RecipeData(dataset, () -> { });
  }

  private static Dataset subset(Dataset dataset, OptionalInt count) {
    return count.isPresent() ? EvenSubset.of(dataset, count.getAsInt()) : dataset;
  }

  private static RecipeData folder(DataRecipe recipe, Split split, OptionalInt subset, int size, int threads,
      Progress progress) throws IOException {
    Path root = recipe.requireDirectory();
    ImageFolderDataset images = ImageFolderDataset.open(root, split, ImageSizes.ANY, recipe.decodeLimit());
    boolean kept = false;
    try {
      Dataset taken = subset(images, subset);
      if (size > LARGEST_CACHED || bytes(taken) > MOST_BYTES_CACHED) {
        kept = true;
        return new RecipeData(taken, images);
      }
      return inMemory(cached(images, subset, recipe, threads, progress));
    } finally {
      if (!kept) {
        images.close();
      }
    }
  }

  /** About what the decoded images take: the files may be photographs, however small the model's input is. */
  static long bytes(Dataset images) {
    int probes = Math.min(PROBED, images.size());
    long bytes = 0;
    int read = 0;
    for (int i = 0; i < probes; i++) {
      try {
        bytes += images.get((int) ((long) i * images.size() / probes)).image().bytes().length;
        read++;
      } catch (IOException e) {
        LOG.debug("left out of the estimate of the memory", e);
      }
    }
    return read == 0 ? 0 : bytes * images.size() / read;
  }

  private static Dataset cached(Dataset all, OptionalInt subset, DataRecipe recipe, int threads, Progress progress)
      throws IOException {
    Dataset dataset = subset(all, subset);
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
