package io.qkformer.train.run;

import io.qkformer.kernel.Engine;
import io.qkformer.model.QKFormer;
import io.qkformer.train.checkpoint.CheckpointStore;
import io.qkformer.train.checkpoint.TrainingProgress;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.LoadingStoppedException;
import io.qkformer.train.data.Split;
import io.qkformer.train.loop.Trainer;
import io.qkformer.train.optimize.NonFiniteException;
import io.qkformer.train.optimize.WeightUpdate;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.report.Progress;
import io.qkformer.train.report.TensorBoardWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training by a recipe, with a run folder: from data to checkpoints, tables and weights. One that was stopped or
 * killed goes on from its last checkpoint, to the same bits as if nothing had happened.
 *
 * <pre>{@code
 * try (TrainingRun run = TrainingRun.start(recipe, Path.of("runs/first"), List.of())) {
 *   RunResult result = run.train(Progress.silent());
 * }
 * try (TrainingRun run = TrainingRun.resume(Path.of("runs/first"), List.of(), List.of())) {
 *   RunResult result = run.train(Progress.silent());
 * }
 * }</pre>
 *
 * <p>With data sets of one's own: {@code TrainingRun.start(recipe, new OwnData(train, test), path, List.of())}.
 */
public final class TrainingRun implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);
  private static final String HEADER = "The recipe of this run, complete: train --recipe FILE runs it again.";

  private final Recipe recipe;
  private final RunFolder folder;
  private final List<String> command;
  private final Origin origin;
  private final Splits splits;
  private volatile boolean stopRequested;
  private volatile Trainer trainer;
  private boolean stoppedWhileLoading;
  private boolean closed;

  /** Where the run folder comes from. */
  private enum Origin { CREATED, OPENED }

  /** Where the samples come from. */
  private interface Splits {
    RecipeSamples open(Recipe recipe, Split split, int threads, Progress progress) throws IOException;

    static Splits of(OwnData data) {
      return (recipe, split, threads, progress) -> data.split(split);
    }
  }

  private TrainingRun(Recipe recipe, RunFolder folder, List<String> command, Origin origin, Splits splits) {
    this.recipe = recipe;
    this.folder = folder;
    this.command = List.copyOf(command);
    this.origin = origin;
    this.splits = splits;
  }

  /**
   * A new run.
   *
   * @param path    its folder, new or empty
   * @param command the words of the command line, for the records
   * @throws RecipeException when the recipe does not say where the data lies
   * @throws IOException when the folder is not empty or cannot be created
   */
  public static TrainingRun start(Recipe recipe, Path path, List<String> command) throws IOException {
    // what can be known to fail shall leave no folder
    RecipeSamples.requireUsable(recipe.data());
    return start(recipe, RecipeSamples::open, path, command);
  }

  /**
   * A new run with data sets of one's own. Of the recipe counts all but what says which samples there are: its data set
   * and directory, sizes and subsets.
   *
   * @param path    its folder, new or empty
   * @param command the words of the command line, for the records
   * @throws IOException when the folder is not empty or cannot be created
   */
  public static TrainingRun start(Recipe recipe, OwnData data, Path path, List<String> command) throws IOException {
    return start(recipe, Splits.of(data), path, command);
  }

  private static TrainingRun start(Recipe recipe, Splits splits, Path path, List<String> command) throws IOException {
    return new TrainingRun(recipe, RunFolder.create(path, Recipes.toYaml(recipe, HEADER)), command, Origin.CREATED,
        splits);
  }

  /**
   * A run that goes on.
   *
   * @param overrides of its recipe, {@code key=value}, for this time: keys that change no number, such as {@code threads},
   *                  {@code workers} and {@code data_dir}
   * @param command   the words of the command line, for the records
   * @throws RecipeException when an override is wrong, or of a key that changes numbers
   * @throws IOException when it is no run folder or another process works in it
   */
  public static TrainingRun resume(Path path, List<String> overrides, List<String> command) throws IOException {
    return resume(path, RecipeSamples::open, overrides, command);
  }

  /**
   * A run with data sets of one's own that goes on. They are the ones that it began with: {@link #train} compares their
   * fingerprints.
   *
   * @param overrides of its recipe, as of {@link #resume(Path, List, List)}
   * @param command   the words of the command line, for the records
   * @throws RecipeException when an override is wrong
   * @throws IOException when it is no run folder or another process works in it
   */
  public static TrainingRun resume(Path path, OwnData data, List<String> overrides, List<String> command)
      throws IOException {
    return resume(path, Splits.of(data), overrides, command);
  }

  private static TrainingRun resume(Path path, Splits splits, List<String> overrides, List<String> command)
      throws IOException {
    RunFolder folder = RunFolder.open(path);
    try {
      return new TrainingRun(ResumeOverrides.read(path.resolve(RunFiles.RECIPE), overrides), folder, command,
          Origin.OPENED, splits);
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /** The recipe, complete. */
  public Recipe recipe() {
    return recipe;
  }

  /** The run folder. */
  public Path folder() {
    return folder.path();
  }

  /**
   * Asks the training to end after the step, or the batch of an evaluation, that it is at, from any thread. It saves a
   * checkpoint then. While data is loaded or frames are made there is nothing to save: it ends at once, and can be
   * resumed.
   */
  public void requestStop() {
    stopRequested = true;
    Trainer running = trainer;
    if (running != null) {
      running.requestStop();
    }
  }

  /**
   * Trains to the end, or until {@link #requestStop}.
   *
   * @throws IOException        when data cannot be read, the data is another than the run began with, a file cannot be
   *                            written, or all checkpoints are damaged
   * @throws IllegalArgumentException when weights to start with do not fit the model
   * @throws NonFiniteException when the training diverged; the state before the step that did is then in
   *                            {@link RunFiles#DIVERGED}, with the running statistics after its forward pass
   */
  public RunResult train(Progress progress) throws IOException {
    try {
      return open(progress);
    } catch (UncheckedIOException e) {
      // a loader's thread met it
      throw e.getCause();
    }
  }

  private RunResult open(Progress progress) throws IOException {
    int threads = recipe.run().threads().orElse(Runtime.getRuntime().availableProcessors());
    StoppableProgress loading = new StoppableProgress(progress, () -> stopRequested);
    try (RecipeSamples train = samples(Split.TRAIN, threads, loading);
        RecipeSamples test = samples(Split.TEST, threads, loading);
        Engine engine = Engine.create(threads)) {
      QKFormer model = new QKFormer(recipe.model().config(train.source().classes()), recipe.run().seed());
      LOG.info("{} parameters, {} training and {} test {} of {} classes; {} kernels on {} threads",
          model.parameterCount(), train.source().size(), test.source().size(), train.source().unit(),
          train.source().classes(), engine.kernels().name(), engine.workers().threads());
      return train(model, engine, train, test, progress);
    } catch (LoadingStoppedException e) {
      LOG.info("{}", e.getMessage());
      stoppedWhileLoading = true;
      return RunResult.of(folder, RunResult.Outcome.STOPPED);
    }
  }

  /** Files that are only listed or read as a whole tell of no progress: a stop is noticed before and after them. */
  private RecipeSamples samples(Split split, int threads, StoppableProgress loading) throws IOException {
    String what = split.name().toLowerCase(Locale.ROOT) + " data";
    loading.requireGoing(what);
    RecipeSamples opened = splits.open(recipe, split, threads, loading);
    try {
      loading.requireGoing(what);
      return opened;
    } catch (LoadingStoppedException e) {
      opened.close();
      throw e;
    }
  }

  private RunResult train(QKFormer model, Engine engine, RecipeSamples train, RecipeSamples test, Progress progress)
      throws IOException {
    RecipeLoaders loaders = new RecipeLoaders(recipe);
    DataLoader trainLoader = loaders.train(train.source());
    CheckpointStore checkpoints = folder.checkpoints(CheckpointStore.DEFAULT_KEPT);
    boolean begins = checkpoints.list().isEmpty();
    if (begins && recipe.checkpoints().initial().isPresent()) {
      StartingWeights.load(recipe.checkpoints().initial().get(), model, recipe.run().seed());
    }
    WeightUpdate update = new WeightUpdate(model, recipe.optimizer(), recipe.ema(), engine.workers());
    Trainer started = new Trainer(model, engine, update, loaders.config(), progress);
    String fingerprint = train.source().fingerprint();
    String testFingerprint = test.source().fingerprint();
    folder.requireData(Split.TRAIN, fingerprint);
    folder.requireData(Split.TEST, testFingerprint);
    if (begins) {
      started.startAt(recipe.run().startEpoch(), trainLoader.batches());
    } else {
      started.restore(checkpoints.newest());
    }
    TrainingProgress from = started.progress();
    LOG.info("begins in epoch {} after step {}", from.epoch(), from.steps());
    folder.startSession(new Session(engine.kernels().name(), engine.workers().threads(), recipe.run().seed(),
        train.source().name(), fingerprint, testFingerprint, command), from);
    try (TensorBoardWriter board = folder.tensorBoard(from)) {
      started.listen(new RunReports(folder, board, model, update.average(), train.source().classNames(),
          recipe.checkpoints(), recipe.run().logInterval(), from.steps()));
      started.listen(new CheckpointPolicy(checkpoints, started, recipe.checkpoints(), System::nanoTime));
      trainer = started;
      if (stopRequested) {
        started.requestStop();
      }
      started.fit(trainLoader, loaders.test(test.source()));
    } catch (NonFiniteException e) {
      saveDiverged(started, e);
      throw e;
    }
    boolean finished = started.progress().epoch() >= loaders.config().epochs();
    return RunResult.of(folder, finished ? RunResult.Outcome.FINISHED : RunResult.Outcome.STOPPED);
  }

  private void saveDiverged(Trainer diverged, NonFiniteException cause) {
    try {
      Path saved = folder.saveDiverged(diverged.state());
      LOG.error("the training diverged; its state is in {}", saved);
    } catch (IOException | RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /** Unlocks the run folder. A new one whose training failed before it began is as empty as it was. */
  @Override
  public void close() throws IOException {
    if (closed) {
      // unlocked: what is there may be another process's by now
      return;
    }
    closed = true;
    try {
      if (origin == Origin.CREATED && !stoppedWhileLoading) {
        folder.takeBack();
      }
    } finally {
      folder.close();
    }
  }
}
