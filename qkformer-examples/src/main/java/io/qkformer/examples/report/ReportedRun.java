package io.qkformer.examples.report;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.examples.picture.SampleWord;
import io.qkformer.kernel.Engine;
import io.qkformer.model.QKFormer;
import io.qkformer.train.data.ClipDataset;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.SampleSource;
import io.qkformer.train.data.Split;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.Progress;
import io.qkformer.train.report.SummaryCsv;
import io.qkformer.train.run.RecipeLoaders;
import io.qkformer.train.run.RecipeSamples;
import io.qkformer.train.run.RunFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** A run that a report is about: its files, its model with the best weights, and what that says of the test data. */
public final class ReportedRun implements Closeable {

  private final Path folder;
  private final Recipe recipe;
  private final List<EpochMetrics> epochs;
  private final RecipeSamples data;
  private final Engine engine;
  private final QKFormer model;
  private final TestPredictions predictions;

  /**
   * Opens a run folder, which stays as it is, and evaluates its best weights.
   *
   * @param overrides of its recipe, {@code key=value}, such as {@code data_dir} or {@code test_subset}
   * @throws NoSuchFileException when it is no run folder, or no epoch has ended yet
   * @throws IOException when the weights or the test data cannot be read
   */
  public ReportedRun(Path folder, List<String> overrides, Progress progress) throws IOException {
    this.folder = folder;
    Path file = folder.resolve(RunFiles.RECIPE);
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, folder + " is no run folder; expected one that train has "
          + "written");
    }
    this.recipe = Recipes.read(file, overrides);
    Path weights = folder.resolve(RunFiles.WEIGHTS_BEST);
    this.epochs = List.copyOf(new SummaryCsv(folder.resolve(RunFiles.SUMMARY)).read());
    if (epochs.isEmpty() || !Files.exists(weights)) {
      throw new NoSuchFileException(weights.toString(), null, "a run has weights once its first epoch has ended; resume "
          + "it first");
    }
    int threads = recipe.run().threads().orElse(Runtime.getRuntime().availableProcessors());
    this.data = RecipeSamples.open(recipe, Split.TEST, threads, progress);
    Engine opened = null;
    boolean ready = false;
    try {
      this.model = new QKFormer(recipe.model().config(data.source().classes()), 0);
      ModelWeights.load(weights, model);
      opened = Engine.create(threads);
      this.engine = opened;
      this.predictions = TestPredictions.of(model.forInference(), new RecipeLoaders(recipe).test(data.source()), engine,
          progress);
      ready = true;
    } finally {
      if (!ready) {
        data.close();
        if (opened != null) {
          opened.close();
        }
      }
    }
  }

  /** The run folder. */
  public Path folder() {
    return folder;
  }

  /** The run folder's own name. */
  public String name() {
    return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
  }

  /** The recipe, with the overrides. */
  public Recipe recipe() {
    return recipe;
  }

  /** The epochs that have ended; at least one. */
  public List<EpochMetrics> epochs() {
    return epochs;
  }

  /** The epoch of the weights: the best by {@link EpochMetrics#rankedTop1}, of equal ones the earliest. */
  public EpochMetrics best() {
    return epochs.stream().filter(row -> !Double.isNaN(row.rankedTop1()))
        .max(Comparator.comparingDouble(EpochMetrics::rankedTop1)
            .thenComparing(Comparator.comparingInt(EpochMetrics::epoch).reversed()))
        .orElse(epochs.get(epochs.size() - 1));
  }

  /** The test samples, or the subset of them that the recipe asks for. */
  public SampleSource test() {
    return data.source();
  }

  /**
   * At most so many test samples, about as many of each class: the first of each, the second of each and so on, until
   * there are enough; in the order of the data set.
   */
  public SampleSource someSamples(int count) {
    List<Integer> some = predictions.ofEachClass(count);
    return test() instanceof ClipDataset clips ? new SomeClips(clips, some) : new SomeSamples((Dataset) test(), some);
  }

  /** Batches of {@link #someSamples}, as the model takes them. */
  public DataLoader someTests(int count) {
    return new RecipeLoaders(recipe).test(someSamples(count));
  }

  /** What the report calls them: images or clips. */
  public SampleWord word() {
    return SampleWord.of(test());
  }

  /** The names of the classes, by label. */
  public List<String> classNames() {
    return test().classNames();
  }

  /** What the model says of the test samples. */
  public TestPredictions predictions() {
    return predictions;
  }

  /** The network with the best weights. */
  public QKFormer model() {
    return model;
  }

  /** What computes. */
  public Engine engine() {
    return engine;
  }

  @Override
  public void close() throws IOException {
    engine.close();
    data.close();
  }
}
