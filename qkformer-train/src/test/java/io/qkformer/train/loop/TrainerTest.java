package io.qkformer.train.loop;

import io.qkformer.attention.AttentionKind;
import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.kernel.Engine;
import io.qkformer.model.Form;
import io.qkformer.model.HstConfig;
import io.qkformer.model.QKFormer;
import io.qkformer.train.Bits;
import io.qkformer.train.augment.ErasingMode;
import io.qkformer.train.augment.RandomErasing;
import io.qkformer.train.checkpoint.CheckpointException;
import io.qkformer.train.checkpoint.CheckpointStore;
import io.qkformer.train.checkpoint.TrainingState;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.Order;
import io.qkformer.train.data.ShapesDataset;
import io.qkformer.train.data.Split;
import io.qkformer.train.optimize.BatchMixing;
import io.qkformer.train.optimize.ConstantRate;
import io.qkformer.train.optimize.EmaConfig;
import io.qkformer.train.optimize.MixingConfig;
import io.qkformer.train.optimize.NonFiniteException;
import io.qkformer.train.optimize.OptimizerConfig;
import io.qkformer.train.optimize.RateUpdate;
import io.qkformer.train.optimize.TimmCosine;
import io.qkformer.train.optimize.WeightUpdate;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;


class TrainerTest {

  private static final Dataset TRAIN = new ShapesDataset(Split.TRAIN, 64, 1);
  private static final Dataset TEST = new ShapesDataset(Split.TEST, 40, 1);
  private static final AttentionKind[] KINDS = {AttentionKind.QKTA, AttentionKind.QKTA, AttentionKind.SSA};

  private static HstConfig small() {
    return HstConfig.of(Form.IMAGENET, 32, 32, new int[] {1, 1, 1}, KINDS, 4, 2, TRAIN.classes(), 2);
  }

  private static TrainingConfig config(int epochs, int accumulation) {
    return TrainingConfig.of(epochs, 2, new ConstantRate(3e-3)).withAccumulation(accumulation).withSeed(7);
  }

  private static DataLoader loader(Dataset dataset, Order order, int batch) {
    return DataLoader.builder(dataset).batchSize(batch).shuffle(order).seed(3).build();
  }

  private static Trainer trainer(QKFormer model, Engine engine, TrainingConfig config) {
    WeightUpdate update = new WeightUpdate(model, OptimizerConfig.adamW(0.05),
        Optional.of(EmaConfig.of(0.9, EmaConfig.Start.COPY)), engine.workers());
    return new Trainer(model, engine, update, config, Progress.silent());
  }

  private static List<EpochMetrics> train(QKFormer model, TrainingConfig config, int threads,
      TrainingListener... listeners) throws IOException {
    try (Engine engine = Engine.create(threads)) {
      Trainer trainer = trainer(model, engine, config);
      for (TrainingListener listener : listeners) {
        trainer.listen(listener);
      }
      return trainer.fit(loader(TRAIN, Order.SHUFFLED, 16), loader(TEST, Order.SEQUENTIAL, 16));
    }
  }

  private static TrainingConfig mixed(int epochs) {
    return TrainingConfig.of(epochs, 2, new TimmCosine(1e-3, 4, 1, 1e-4, 1e-5, 0)).withAccumulation(2).withSeed(7)
        .withMixing(MixingConfig.defaults().with(0.5, 1, 0.7), MixingPlace.TRAINER)
        .withErasing(new RandomErasing(0.5, ErasingMode.PIXEL, 1));
  }

  @Test
  void learnsAFewImagesByHeart() throws IOException {
    Dataset few = new ShapesDataset(Split.TRAIN, 16, 1);
    QKFormer model = new QKFormer(HstConfig.of(Form.IMAGENET, 32, 64, new int[] {0, 0, 1}, KINDS, 4, 2,
        few.classes(), 2), 0);
    TrainingConfig config = TrainingConfig.of(60, 2, new ConstantRate(1e-2)).withSeed(7);
    try (Engine engine = Engine.create(2)) {
      WeightUpdate update = new WeightUpdate(model, OptimizerConfig.adamW(0), Optional.empty(), engine.workers());
      List<EpochMetrics> history = new Trainer(model, engine, update, config, Progress.silent())
          .fit(loader(few, Order.SHUFFLED, 16), loader(few, Order.SEQUENTIAL, 16));

      assertThat(history).hasSize(60);
      assertThat(history.get(59).trainTop1()).isGreaterThan(60);
      assertThat(history.get(59).trainLoss()).isLessThan(0.65 * history.get(0).trainLoss());
    }
  }

  @Test
  void givesTheSameBitsForOneAndTwoThreads() throws IOException {
    QKFormer first = new QKFormer(small(), 5);
    QKFormer second = new QKFormer(small(), 5);
    TrainingConfig config = mixed(1);

    train(first, config, 1);
    train(second, config, 2);

    Bits.assertSame(ModelWeights.export(second), ModelWeights.export(first));
  }

  @Test
  void followsTheScheduleByEpochOrByStep() throws IOException {
    TimmCosine schedule = new TimmCosine(1e-3, 4, 2, 1e-4, 1e-5, 0);
    TrainingConfig perStep = TrainingConfig.of(2, 2, schedule);
    TrainingConfig perEpoch = perStep.withRateUpdate(RateUpdate.PER_EPOCH);

    List<EpochMetrics> byEpoch = train(new QKFormer(small(), 0), perEpoch, 2);
    List<EpochMetrics> byStep = train(new QKFormer(small(), 0), perStep, 2);

    assertThat(byEpoch.get(1).learningRate()).isEqualTo(schedule.at(1));
    // four steps in an epoch: their mean
    assertThat(byStep.get(1).learningRate()).isCloseTo(
        (schedule.at(1) + schedule.at(1.25) + schedule.at(1.5) + schedule.at(1.75)) / 4, within(1e-12));
  }

  @Test
  void tellsListenersAfterEachEpochAndEndsWhenOneCannotWrite() {
    List<Integer> seen = new ArrayList<>();

    assertThatThrownBy(() -> train(new QKFormer(small(), 0), config(3, 1), 2, metrics -> {
      seen.add(metrics.epoch());
      if (metrics.epoch() == 1) {
        throw new IOException("disk full");
      }
    })).isInstanceOf(IOException.class).hasMessage("disk full");
    assertThat(seen).containsExactly(0, 1);
  }

  @Test
  void namesTheSamplesOfABatchThatDiverges() {
    QKFormer model = new QKFormer(small(), 0);
    model.visit("", (name, parameter) -> {
      if (name.equals("head.bias")) {
        parameter.value().putScalar(0, Float.NaN);
      }
    });

    assertThatThrownBy(() -> train(model, config(1, 1), 1)).isInstanceOfSatisfying(NonFiniteException.class, e -> {
      assertThat(e.kind()).isEqualTo(NonFiniteException.Kind.WEIGHT);
      assertThat(e.parameter()).isEqualTo("head.bias");
      assertThat(e.step()).hasValue(1);
      assertThat(e.samples().ids()).hasSize(16).doesNotHaveDuplicates();
    });
  }

  /** Neurons do not fire at NaN, so the logits stay finite: the gradients and the running statistics show it. */
  @Test
  void namesTheLayerBehindWhichNumbersWereLost() {
    QKFormer model = new QKFormer(small(), 0);
    model.visit("", (name, parameter) -> {
      if (name.equals("patch_embed2.proj3_conv.weight")) {
        parameter.value().assign(3e38f);
      }
    });

    assertThatThrownBy(() -> train(model, config(1, 1), 1)).isInstanceOfSatisfying(NonFiniteException.class, e -> {
      assertThat(e.kind()).isEqualTo(NonFiniteException.Kind.STATISTICS);
      assertThat(e.parameter()).startsWith("patch_embed2.proj3_bn.running_");
    });
  }

  /** Stopped after some steps and gone on with by another trainer: the same bits, metrics included. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void resumesExactly(int stopAfter) throws IOException {
    QKFormer whole = new QKFormer(small(), 5);
    List<EpochMetrics> expected = new ArrayList<>();
    TrainingState end;
    try (Engine engine = Engine.create(2)) {
      Trainer trainer = trainer(whole, engine, mixed(3));
      expected.addAll(trainer.fit(loader(TRAIN, Order.SHUFFLED, 16), loader(TEST, Order.SEQUENTIAL, 16)));
      end = trainer.state();
    }

    List<EpochMetrics> metrics = new ArrayList<>();
    TrainingState kept = stopped(stopAfter, metrics);
    assertThat(kept.progress().steps()).isEqualTo(stopAfter);
    QKFormer resumed = new QKFormer(small(), 77);
    try (Engine engine = Engine.create(1)) {
      Trainer trainer = trainer(resumed, engine, mixed(3));
      trainer.restore(kept);
      metrics.addAll(trainer.fit(loader(TRAIN, Order.SHUFFLED, 16), loader(TEST, Order.SEQUENTIAL, 16)));

      assertThat(timeless(metrics)).isEqualTo(timeless(expected));
      Bits.assertSame(trainer.state(), end);
    }
  }

  /** A copy of the state, as a checkpoint makes it: the optimizer's own tensors go on changing. */
  private static TrainingState stopped(int afterSteps, List<EpochMetrics> metrics) throws IOException {
    Path folder = Files.createTempDirectory("trainer");
    try (Engine engine = Engine.create(2)) {
      Trainer trainer = trainer(new QKFormer(small(), 5), engine, mixed(3));
      CheckpointStore store = CheckpointStore.open(folder.resolve("checkpoints"));
      trainer.listen(new TrainingListener() {
        @Override
        public void epochEnded(EpochMetrics epoch) {
          metrics.add(epoch);
        }

        @Override
        public void stepEnded(StepMetrics step) {
          if (step.step() == afterSteps) {
            trainer.requestStop();
          }
        }

        @Override
        public void stopped() throws IOException {
          store.save(trainer.state());
        }
      });
      trainer.fit(loader(TRAIN, Order.SHUFFLED, 16), loader(TEST, Order.SEQUENTIAL, 16));
      return store.newest();
    }
  }

  private static List<List<Object>> timeless(List<EpochMetrics> metrics) {
    return metrics.stream().map(m -> List.<Object>of(m.epoch(), m.learningRate(), m.trainLoss(), m.trainTop1(), m.eval(),
        m.emaEval(), m.firingRate())).toList();
  }

  @Test
  void refusesAnotherTrainingsState() throws IOException {
    TrainingState kept = stopped(1, new ArrayList<>());
    try (Engine engine = Engine.create(1)) {
      assertThatThrownBy(() -> trainer(new QKFormer(small(), 0), engine, mixed(3).withSeed(8)).restore(kept))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("seed 8, got 7");
      assertThatThrownBy(() -> trainer(new QKFormer(small().withClasses(3), 0), engine, mixed(3)).restore(kept))
          .isInstanceOf(CheckpointException.class).hasMessageContaining("architecture");
      Trainer trainer = trainer(new QKFormer(small(), 0), engine, mixed(3));
      trainer.restore(kept);
      DataLoader other = loader(TRAIN, Order.SHUFFLED, 64);
      assertThatThrownBy(() -> trainer.fit(other, other)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at least 2 micro-batches");
    }
  }

  /** The loader mixes bytes, the trainer the targets: by the same plan. */
  @Test
  void theLoaderMayMixInsteadOfTheTrainer() throws IOException {
    MixingConfig mixing = MixingConfig.defaults().with(0.5, 0, 1);
    TrainingConfig config = TrainingConfig.of(1, 2, new ConstantRate(1e-3)).withSeed(7);
    BatchMixing plans = new BatchMixing(mixing, 7);
    DataLoader mixingLoader = DataLoader.builder(TRAIN).batchSize(16).seed(3)
        .batchAugmentation((epoch, batch, pictures, height, width) -> plans
            .plan(epoch, epoch * 4L + batch, pictures.size(), height, width).apply(pictures, height, width)).build();
    double byLoader = lossOfOneEpoch(config.withMixing(mixing, MixingPlace.LOADER), mixingLoader);
    double byTrainer = lossOfOneEpoch(config.withMixing(mixing, MixingPlace.TRAINER), loader(TRAIN, Order.SHUFFLED, 16));
    double unmixed = lossOfOneEpoch(config, loader(TRAIN, Order.SHUFFLED, 16));

    // bytes are rounded, floats are not
    assertThat(byLoader).isNotEqualTo(byTrainer);
    assertThat(Math.abs(byLoader - byTrainer)).isLessThan(Math.abs(unmixed - byTrainer) / 4);
  }

  private static double lossOfOneEpoch(TrainingConfig config, DataLoader train) throws IOException {
    try (Engine engine = Engine.create(2)) {
      return trainer(new QKFormer(small(), 5), engine, config).fit(train, loader(TEST, Order.SEQUENTIAL, 16)).get(0)
          .trainLoss();
    }
  }

  @Test
  void refusesAModelWithFewerClassesThanTheDataSet() {
    assertThatThrownBy(() -> train(new QKFormer(small().withClasses(3), 0), config(1, 1), 1))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("must be in [0, 3)");
  }

  @Test
  void evaluationDoesNotDependOnTheBatchSize() {
    QKFormer model = new QKFormer(small(), 2);
    try (Engine engine = Engine.create(2)) {
      Evaluator evaluator = new Evaluator(engine, Progress.silent());
      Evaluation whole = evaluator.evaluate(model, loader(TEST, Order.SEQUENTIAL, 40), 2);
      Evaluation parts = evaluator.evaluate(model, loader(TEST, Order.SEQUENTIAL, 7), 2);

      assertThat(parts.samples()).isEqualTo(whole.samples()).isEqualTo(40);
      assertThat(parts.loss()).isCloseTo(whole.loss(), within(1e-9));
      assertThat(parts.top1()).isEqualTo(whole.top1());
      assertThat(parts.top5()).isEqualTo(whole.top5()).isBetween(whole.top1(), 100.0);
    }
  }

  @Test
  void refusesBadConfigurations() {
    assertThatThrownBy(() -> config(0, 1)).hasMessageContaining("epochs must be at least 1, got 0");
    assertThatThrownBy(() -> config(1, 0)).hasMessageContaining("accumulation must be at least 1, got 0");
    assertThatThrownBy(() -> TrainingConfig.of(1, 0, new ConstantRate(1)))
        .hasMessageContaining("timeSteps (T) must be at least 1, got 0");
    assertThatThrownBy(() -> mixed(1).withMixing(MixingConfig.defaults(), MixingPlace.LOADER))
        .hasMessageContaining("erasing must be empty where the loader mixes");
  }
}
