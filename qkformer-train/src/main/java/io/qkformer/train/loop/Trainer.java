package io.qkformer.train.loop;

import io.qkformer.kernel.Engine;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.model.QKFormer;
import io.qkformer.train.checkpoint.CheckpointException;
import io.qkformer.train.checkpoint.TrainingProgress;
import io.qkformer.train.checkpoint.TrainingState;
import io.qkformer.train.data.Batch;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.optimize.BatchMixing;
import io.qkformer.train.optimize.ForwardGuard;
import io.qkformer.train.optimize.Loss;
import io.qkformer.train.optimize.MixingPlan;
import io.qkformer.train.optimize.NonFiniteException;
import io.qkformer.train.optimize.SoftTargetCrossEntropy;
import io.qkformer.train.optimize.SoftTargets;
import io.qkformer.train.optimize.StepSamples;
import io.qkformer.train.optimize.WeightUpdate;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.Progress;
import io.qkformer.train.report.Reading;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trains by backpropagation through all T steps: forward, soft-target cross entropy on the time-averaged logits,
 * backward, optimizer step. Everything else is a listener's. Same seeds, same machine: the same bits, whatever the
 * number of threads, and whether or not the training was stopped between two steps and resumed.
 *
 * <p>For one thread, but {@link #requestStop}.
 */
public final class Trainer {

  private final QKFormer model;
  private final Engine engine;
  private final WeightUpdate update;
  private final TrainingConfig config;
  private final Progress progress;
  private final BatchMixing mixing;
  private final ForwardGuard guard;
  private final EpochEnd epochEnd;
  private final List<TrainingListener> listeners = new ArrayList<>();
  private RunningEpoch running = RunningEpoch.start(0, 0);
  private volatile boolean stopRequested;

  /** A trainer of a model whose weights the update moves. */
  public Trainer(QKFormer model, Engine engine, WeightUpdate update, TrainingConfig config, Progress progress) {
    this.model = model;
    this.engine = engine;
    this.update = update;
    this.config = config;
    this.progress = progress;
    this.mixing = new BatchMixing(config.mixing(), config.seed());
    this.guard = new ForwardGuard(model);
    this.epochEnd = new EpochEnd(model, engine, update, config.timeSteps(), progress);
  }

  /** Adds a listener. */
  public Trainer listen(TrainingListener listener) {
    listeners.add(listener);
    return this;
  }

  /**
   * Asks a training to end after the step, or the batch of an evaluation, that it is at, from any thread; it tells its
   * listeners. An evaluation that was given up is done from its start when the training is resumed.
   */
  public void requestStop() {
    stopRequested = true;
  }

  /** How far the training is; between two steps only. */
  public TrainingProgress progress() {
    return running.progress(update.steps(), config.seed());
  }

  /** All that a checkpoint must keep, between two steps; tensors are the training's own, which the next step changes. */
  public TrainingState state() {
    return TrainingState.of(progress(), model, update, update.average(), architecture());
  }

  /**
   * Goes on from a state that was kept.
   *
   * @throws IllegalArgumentException when the seed is another; then nothing has changed
   * @throws CheckpointException when it is of another model, optimizer or average; then nothing has changed
   */
  public void restore(TrainingState state) throws CheckpointException {
    if (state.progress().seed() != config.seed()) {
      throw new IllegalArgumentException("expected the state of a training with seed " + config.seed() + ", got "
          + state.progress().seed() + "; resume with the seed it began with");
    }
    state.applyTo(model, update, update.average(), architecture());
    running = RunningEpoch.from(state.progress());
  }

  /**
   * Starts with a later epoch, where a fine-tuning does in its schedule.
   *
   * @param epoch   counted from 0
   * @param batches micro-batches of an epoch
   */
  public void startAt(int epoch, int batches) {
    running = RunningEpoch.start(epoch, batches);
  }

  /** All that decides the shapes and the arithmetic of the model, as text. */
  private String architecture() {
    return model.config().toString();
  }

  /**
   * Trains from where it is for all epochs that are left, with an evaluation after each.
   *
   * @return the metrics of each epoch that ended
   * @throws IOException              when a listener cannot write
   * @throws IllegalArgumentException when a label or a sample's size does not fit the model, or the loader is not the
   *                                  one that the training began with
   * @throws java.io.UncheckedIOException when a sample cannot be read, naming it
   * @throws io.qkformer.train.optimize.NonFiniteException when logits or gradients are no numbers any more, naming
   *                                  the step, the layer and the samples; {@link #state} is then that before the step,
   *                                  but for the running statistics, which its forward pass has moved
   */
  public List<EpochMetrics> fit(DataLoader train, DataLoader test) throws IOException {
    List<EpochMetrics> history = new ArrayList<>();
    while (running.epoch() < config.epochs() && !stopRequested) {
      if (trainEpoch(train)) {
        Optional<EpochMetrics> metrics = epochEnd.evaluate(running, test, () -> stopRequested);
        if (metrics.isPresent()) {
          history.add(metrics.get());
          endEpoch(metrics.get());
        }
      }
    }
    if (running.epoch() < config.epochs()) {
      for (TrainingListener listener : listeners) {
        listener.stopped();
      }
    }
    return history;
  }

  private void endEpoch(EpochMetrics metrics) throws IOException {
    running = running.next();
    for (TrainingListener listener : listeners) {
      listener.epochEnded(metrics);
    }
  }

  /** Returns whether the epoch came to its end. */
  private boolean trainEpoch(DataLoader loader) throws IOException {
    running.requireIn(loader);
    try (Epoch epoch = loader.epoch(running.epoch(), running.batch()); Progress.Task task = progress.start(
        "epoch " + (running.epoch() + 1) + "/" + config.epochs(), loader.samples(), loader.dataset().unit())) {
      task.advance(running.scores().samples());
      while (epoch.hasNext()) {
        if (stopRequested) {
          return false;
        }
        StepMetrics metrics = stepOrNothing(epoch, loader.batches(), task);
        for (TrainingListener listener : listeners) {
          listener.stepEnded(metrics);
        }
      }
    }
    return true;
  }

  /** A step that fails half way has not been: sums and position are those before it. */
  private StepMetrics stepOrNothing(Epoch epoch, int batches, Progress.Task task) {
    TrainingProgress before = progress();
    try {
      return step(epoch, batches, task);
    } catch (RuntimeException e) {
      running = RunningEpoch.from(before);
      throw e;
    }
  }

  private StepMetrics step(Epoch epoch, int batches, Progress.Task task) {
    long start = System.nanoTime();
    long waitedBefore = epoch.waitedNanos();
    double lossBefore = running.scores().lossSum();
    int group = Math.min(config.accumulation(), batches - running.batch());
    double rate = config.rate(running.epoch(), (double) running.batch() / batches);
    List<Integer> indices = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    update.clear();
    for (int i = 0; i < group; i++) {
      try (Batch batch = epoch.next()) {
        accumulate(batch, running.index() + i, 1.0 / group);
        IntStream.of(batch.indices()).forEach(indices::add);
        ids.addAll(batch.ids());
        task.advance(batch.size(), new Reading("loss", running.scores().loss()),
            new Reading("lr", rate), new Reading("top1", running.scores().top1()));
      }
    }
    move(rate, new StepSamples(indices, ids));
    long nanos = System.nanoTime() - start;
    long waited = epoch.waitedNanos() - waitedBefore;
    running.stepped(group, rate, nanos);
    return new StepMetrics(running.epoch(), update.steps(), rate,
        (running.scores().lossSum() - lossBefore) / ids.size(), ids.size(), nanos / RunningEpoch.NANOS,
        waited / RunningEpoch.NANOS);
  }

  private void move(double rate, StepSamples samples) {
    try {
      update.step(rate, samples);
    } catch (NonFiniteException e) {
      // what went wrong on the way forwards is nearer to the cause than the gradient that shows it
      guard.checkModel(update.steps() + 1, samples);
      throw e;
    }
  }

  /**
   * Adds a micro-batch's gradients, times a weight, to the parameters' gradients.
   *
   * @param index counts the micro-batches of the whole training
   */
  private void accumulate(Batch batch, long index, double weight) {
    INDArray images = batch.images();
    MixingPlan plan = mixing.plan(running.epoch(), index, batch.size(), (int) images.size(2), (int) images.size(3));
    SoftTargets targets = SoftTargets.of(batch.labels(), model.config().classes(), config.mixing().smoothing())
        .mixed(plan);
    if (config.mixingPlace() == MixingPlace.TRAINER) {
      plan.applyTo(images);
      config.erasing().ifPresent(erasing -> erasing.applyToBatch(images, config.seed(), index));
    }
    try (Pass pass = Pass.training(engine, config.timeSteps()).withRandomness(config.seed(), index)
        .withRecompute(config.recompute()).holdingConstant(images)) {
      Output logits = model.forward(images, pass);
      guard.check(images, logits.value(), update.steps() + 1,
          StepSamples.of(batch.indices(), batch.ids()));
      Loss loss = SoftTargetCrossEntropy.of(logits.value(), targets);
      running.scores().add(loss.value(), logits.value(), targets.likeliest());
      logits.backward().apply(loss.gradient().muli(weight));
    }
  }
}
