package io.qkformer.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.attention.AttentionKind;
import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.checkpoint.StateDict;
import io.qkformer.kernel.Engine;
import io.qkformer.model.Form;
import io.qkformer.model.HstConfig;
import io.qkformer.model.QKFormer;
import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Clip;
import io.qkformer.train.data.ClipDataset;
import io.qkformer.train.data.ClipSample;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Order;
import io.qkformer.train.event.clip.RandomClipFlip;
import io.qkformer.train.optimize.ConstantRate;
import io.qkformer.train.optimize.MixingConfig;
import io.qkformer.train.optimize.OptimizerConfig;
import io.qkformer.train.optimize.WeightUpdate;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Clips go through the loader, mixing and the trainer as images do. */
class ClipTrainingTest {
  private static final int T = 3;
  private static final int SIDE = 16;

  /** A bar that is upright in one class and lies down in the other, and moves. */
  private record Bars(int size) implements ClipDataset {
    @Override
    public String name() {
      return "bars";
    }

    @Override
    public List<String> classNames() {
      return List.of("upright", "lying");
    }

    @Override
    public ClipSample get(int index) {
      int label = index % 2;
      int start = RandomStream.of(1, "bars", index).nextInt(SIDE);
      float[] values = new float[Clip.size(T, SIDE, SIDE, 2)];
      for (int t = 0; t < T; t++) {
        for (int i = 0; i < SIDE / 4 * SIDE; i++) {
          int across = (start + SIDE / 4 * t + i / SIDE) % SIDE;
          int along = i % SIDE;
          int pixel = label == 0 ? along * SIDE + across : across * SIDE + along;
          values[(t * SIDE * SIDE + pixel) * 2 + i / SIDE % 2] = 2;
        }
      }
      return new ClipSample("bar " + index, label, Clip.wrap(T, SIDE, SIDE, 2, values));
    }
  }

  private static QKFormer train(TrainingConfig config, int threads, List<EpochMetrics> history) throws IOException {
    HstConfig form = HstConfig.of(Form.EVENTS, SIDE, 32, new int[] {1},
        new AttentionKind[] {AttentionKind.SSA}, 2, 2, 2, T);
    QKFormer model = new QKFormer(form, 3);
    try (Engine engine = Engine.create(threads)) {
      WeightUpdate update = new WeightUpdate(model, OptimizerConfig.adamW(0.05), Optional.empty(), engine.workers());
      Trainer trainer = new Trainer(model, engine, update, config, Progress.silent());
      history.addAll(trainer.fit(DataLoader.builder(new Bars(32)).batchSize(8).threads(threads)
          .augmentation(new RandomClipFlip(0.5)).seed(5).build(),
          DataLoader.builder(new Bars(20)).batchSize(8).shuffle(Order.SEQUENTIAL).build()));
    }
    return model;
  }

  @Test
  void aTinyNetworkLearnsClips() throws IOException {
    List<EpochMetrics> history = new ArrayList<>();
    train(TrainingConfig.of(12, T, new ConstantRate(3e-3)).withSeed(7), 2, history);

    assertThat(history).hasSize(12);
    assertThat(history.get(11).trainLoss()).isLessThan(0.7 * history.get(0).trainLoss());
    assertThat(history.get(11).trainTop1()).isGreaterThan(80);
    assertThat(history.get(11).eval().top1()).isGreaterThan(60);
  }

  @Test
  void mixedClipsGiveTheSameBitsForOneAndTwoThreads() throws IOException {
    TrainingConfig config = TrainingConfig.of(1, T, new ConstantRate(1e-3)).withSeed(7)
        .withMixing(MixingConfig.defaults().with(0.5, 1, 0.7), MixingPlace.TRAINER);

    StateDict one = ModelWeights.export(train(config, 1, new ArrayList<>()));
    StateDict two = ModelWeights.export(train(config, 2, new ArrayList<>()));

    for (String name : one.names()) {
      assertThat(two.get(name)).as(name).isEqualTo(one.get(name));
    }
  }
}
