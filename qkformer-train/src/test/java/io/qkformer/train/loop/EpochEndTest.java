package io.qkformer.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.attention.AttentionKind;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Mode;
import io.qkformer.model.Form;
import io.qkformer.model.HstConfig;
import io.qkformer.model.QKFormer;
import io.qkformer.train.analysis.FiringRates;
import io.qkformer.train.data.Batch;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.data.EvenSubset;
import io.qkformer.train.data.Order;
import io.qkformer.train.data.ShapesDataset;
import io.qkformer.train.data.Split;
import io.qkformer.train.optimize.ConstantRate;
import io.qkformer.train.optimize.OptimizerConfig;
import io.qkformer.train.optimize.WeightUpdate;
import io.qkformer.train.report.Progress;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is measured at the end of an epoch, besides the accuracies. */
class EpochEndTest {

  private static final Dataset SAMPLES = new ShapesDataset(Split.TEST, 40, 1);
  private static final int MEASURED = 8;
  /** Until the running statistics are such that neurons fire. */
  private static final int EPOCHS = 5;

  private static DataLoader loader(Dataset samples, int batch) {
    return DataLoader.builder(samples).batchSize(batch).shuffle(Order.SEQUENTIAL).build();
  }

  private static double rateOfFirst(QKFormer model, Dataset samples, Engine engine) {
    try (Epoch epoch = loader(samples, MEASURED).epoch(0); Batch batch = epoch.next()) {
      return FiringRates.measure(model, batch.images(), Mode.EVALUATION, engine).mean();
    }
  }

  @Test
  void firingIsMeasuredOnSamplesFromAllOverTheTest() throws IOException {
    AttentionKind[] kinds = {AttentionKind.QKTA, AttentionKind.QKTA, AttentionKind.SSA};
    QKFormer model = new QKFormer(HstConfig.of(Form.IMAGENET, 32, 32, new int[] {1, 1, 1}, kinds, 4, 2,
        SAMPLES.classes(), 2), 5);
    try (Engine engine = Engine.create(2)) {
      WeightUpdate update = new WeightUpdate(model, OptimizerConfig.adamW(0), Optional.empty(), engine.workers());
      Trainer trainer = new Trainer(model, engine, update, TrainingConfig.of(EPOCHS, 2, new ConstantRate(1e-3)),
          Progress.silent());

      double measured = trainer.fit(loader(SAMPLES, 8), loader(SAMPLES, 16)).get(EPOCHS - 1).firingRate();

      assertThat(measured).isPositive().isEqualTo(rateOfFirst(model, EvenSubset.of(SAMPLES, MEASURED), engine))
          .isNotEqualTo(rateOfFirst(model, SAMPLES, engine));
    }
  }
}
