package io.qkformer.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.attention.AttentionKind;
import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.checkpoint.StateDict;
import io.qkformer.kernel.Engine;
import io.qkformer.model.Form;
import io.qkformer.model.HstConfig;
import io.qkformer.model.QKFormer;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.Order;
import io.qkformer.train.data.ShapesDataset;
import io.qkformer.train.data.Split;
import io.qkformer.train.optimize.AdamW;
import io.qkformer.train.optimize.AdamWConfig;
import io.qkformer.train.optimize.ConstantRate;
import io.qkformer.train.optimize.Mixup;
import io.qkformer.train.optimize.ParameterGroups;
import io.qkformer.train.optimize.TimmCosine;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrainerTest {

  private static final Dataset TRAIN = new ShapesDataset(Split.TRAIN, 64, 1);
  private static final Dataset TEST = new ShapesDataset(Split.TEST, 40, 1);
  private static final AttentionKind[] KINDS = {AttentionKind.QKTA, AttentionKind.QKTA, AttentionKind.SSA};

  private static HstConfig small() {
    return HstConfig.of(Form.IMAGENET, 32, 32, new int[] {1, 1, 1}, KINDS, 4, 2, TRAIN.classes(), 2);
  }

  private static TrainingConfig config(int epochs, int accumulation) {
    return new TrainingConfig(epochs, 2, new ConstantRate(3e-3), TrainingConfig.RateUpdate.PER_STEP, accumulation, 0.1,
        Optional.empty(), 7);
  }

  private static DataLoader loader(Dataset dataset, Order order, int batch) {
    return DataLoader.builder(dataset).batchSize(batch).shuffle(order).seed(3).build();
  }

  private static List<EpochMetrics> train(QKFormer model, TrainingConfig config, int threads,
      TrainingListener... listeners) throws IOException {
    try (Engine engine = Engine.create(threads)) {
      AdamW optimizer = new AdamW(ParameterGroups.of(model, 0.05), AdamWConfig.defaults(), engine.workers());
      Trainer trainer = new Trainer(model, engine, optimizer, config, Progress.silent());
      for (TrainingListener listener : listeners) {
        trainer.listen(listener);
      }
      return trainer.fit(loader(TRAIN, Order.SHUFFLED, 16), loader(TEST, Order.SEQUENTIAL, 16));
    }
  }

  @Test
  void learnsAFewImagesByHeart() throws IOException {
    Dataset few = new ShapesDataset(Split.TRAIN, 16, 1);
    QKFormer model = new QKFormer(HstConfig.of(Form.IMAGENET, 32, 64, new int[] {0, 0, 1}, KINDS, 4, 2,
        few.classes(), 2), 0);
    TrainingConfig config = new TrainingConfig(60, 2, new ConstantRate(1e-2), TrainingConfig.RateUpdate.PER_STEP, 1,
        0.1, Optional.empty(), 7);
    try (Engine engine = Engine.create(2)) {
      AdamW optimizer = new AdamW(ParameterGroups.of(model, 0), AdamWConfig.defaults(), engine.workers());
      List<EpochMetrics> history = new Trainer(model, engine, optimizer, config, Progress.silent())
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
    TrainingConfig config = new TrainingConfig(1, 2, new TimmCosine(1e-3, 4, 1, 1e-4, 1e-5, 0),
        TrainingConfig.RateUpdate.PER_STEP, 2, 0.1, Optional.of(new Mixup(0.5, 0.5)), 7);

    train(first, config, 1);
    train(second, config, 2);

    StateDict expected = ModelWeights.export(first);
    StateDict actual = ModelWeights.export(second);
    for (String name : expected.names()) {
      assertThat(actual.get(name)).as(name).isEqualTo(expected.get(name));
    }
  }

  @Test
  void followsTheScheduleByEpochOrByStep() throws IOException {
    TimmCosine schedule = new TimmCosine(1e-3, 4, 2, 1e-4, 1e-5, 0);
    TrainingConfig perEpoch = new TrainingConfig(2, 2, schedule, TrainingConfig.RateUpdate.PER_EPOCH, 1, 0,
        Optional.empty(), 0);
    TrainingConfig perStep = new TrainingConfig(2, 2, schedule, TrainingConfig.RateUpdate.PER_STEP, 1, 0,
        Optional.empty(), 0);

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

    assertThatThrownBy(() -> train(model, config(1, 1), 1)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("logits[0, 0] must be finite, got NaN").hasMessageContaining("micro-batch 0, samples [");
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
    assertThatThrownBy(() -> new TrainingConfig(1, 0, new ConstantRate(1), TrainingConfig.RateUpdate.PER_STEP, 1, 0,
        Optional.empty(), 0)).hasMessageContaining("timeSteps (T) must be at least 1, got 0");
    assertThatThrownBy(() -> new TrainingConfig(1, 1, new ConstantRate(1), TrainingConfig.RateUpdate.PER_STEP, 1, 1,
        Optional.empty(), 0)).hasMessageContaining("labelSmoothing must be in [0, 1), got 1.0");
  }
}
