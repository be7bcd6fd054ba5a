package io.qkformer.train.run;

import io.qkformer.train.data.SampleSource;
import io.qkformer.train.data.Split;
import io.qkformer.train.recipe.DataRecipe;
import io.qkformer.train.recipe.EventRecipe;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.report.Progress;
import java.io.Closeable;
import java.io.IOException;

/** One split of the data set that a recipe asks for: images ({@link RecipeData}) or clips of an event camera. */
public final class RecipeSamples implements Closeable {

  private final SampleSource source;
  private final Closeable files;

  private RecipeSamples(SampleSource source, Closeable files) {
    this.source = source;
    this.files = files;
  }

  /**
   * Checks what can be known without looking at the data.
   *
   * @throws RecipeException when the recipe does not say where the data lies
   */
  static void requireUsable(DataRecipe recipe) {
    if (!recipe.dataset().isDrawn()) {
      recipe.requireDirectory();
    }
  }

  /**
   * Opens a split.
   *
   * @param threads  that read and decode what is kept in memory, or make frames
   * @param progress is told of the reading
   * @throws RecipeException when the recipe does not say where the data lies
   * @throws IOException     when the data cannot be read, naming the file and what was expected
   */
  public static RecipeSamples open(Recipe recipe, Split split, int threads, Progress progress) throws IOException {
    requireUsable(recipe.data());
    if (recipe.input() instanceof EventRecipe events) {
      return RecipeClips.open(recipe, events, split, threads, progress);
    }
    RecipeData images = RecipeData.open(recipe.data(), split, recipe.input().size(), threads, progress);
    return of(images.dataset(), images);
  }

  static RecipeSamples of(SampleSource source, Closeable files) {
    return new RecipeSamples(source, files);
  }

  /** The samples. */
  public SampleSource source() {
    return source;
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
