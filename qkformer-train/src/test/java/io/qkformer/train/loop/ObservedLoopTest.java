package io.qkformer.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.attention.AttentionKind;
import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Attachment;
import io.qkformer.model.Form;
import io.qkformer.model.HstConfig;
import io.qkformer.model.QKFormer;
import io.qkformer.train.Bits;
import io.qkformer.train.analysis.FiringMonitor;
import io.qkformer.train.analysis.GradientMonitor;
import io.qkformer.train.analysis.LayerFiring;
import io.qkformer.train.analysis.LayerPattern;
import io.qkformer.train.analysis.PotentialMonitor;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.Order;
import io.qkformer.train.data.ShapesDataset;
import io.qkformer.train.data.Split;
import io.qkformer.train.optimize.ConstantRate;
import io.qkformer.train.optimize.OptimizerConfig;
import io.qkformer.train.optimize.WeightUpdate;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.Progress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Monitors of a model that the real Trainer and Evaluator run. */
class ObservedLoopTest {

  private static final int BATCH = 8;
  private static final int T = 2;
  private static final Dataset TRAIN = new ShapesDataset(Split.TRAIN, 24, 1);
  private static final Dataset TEST = new ShapesDataset(Split.TEST, 20, 1);
  /** The test images that the epoch's firing_rate is measured with. */
  private static final int FOR_RATES = 8;
  private static final String STEM = "patch_embed1.proj_lif";

  private final Engine engine = Engine.create(1);

  @AfterEach
  void close() {
    engine.close();
  }

  private static QKFormer model() {
    AttentionKind[] kinds = {AttentionKind.QKTA, AttentionKind.QKTA, AttentionKind.SSA};
    return new QKFormer(HstConfig.of(Form.IMAGENET, 32, 16, new int[] {1, 1, 1}, kinds, 2, 2, TRAIN.classes(), T), 5);
  }

  private static DataLoader loader(Dataset dataset, Order order) {
    return DataLoader.builder(dataset).batchSize(BATCH).shuffle(order).seed(3).build();
  }

  private List<EpochMetrics> train(QKFormer model) throws IOException {
    WeightUpdate update = new WeightUpdate(model, OptimizerConfig.adamW(0.05), Optional.empty(), engine.workers());
    TrainingConfig config = TrainingConfig.of(1, T, new ConstantRate(3e-3)).withSeed(7);
    return new Trainer(model, engine, update, config, Progress.silent())
        .fit(loader(TRAIN, Order.SHUFFLED), loader(TEST, Order.SEQUENTIAL));
  }

  private Evaluation evaluate(QKFormer model) {
    return new Evaluator(engine, Progress.silent()).evaluate(model, loader(TEST, Order.SEQUENTIAL), T);
  }

  /** The path differs, what it comes to does not; and the inference path is back when nobody looks any more. */
  @Test
  void anEvaluationShowsEachTestImageOnceAndComesToTheSame() throws IOException {
    QKFormer model = model();
    train(model);
    Evaluation plain = evaluate(model);
    FiringMonitor rates = new FiringMonitor(LayerPattern.of("*_lif,*.attended"));
    PotentialMonitor potentials = new PotentialMonitor(LayerPattern.of(STEM), -4, 4, 16);
    Attachment first = model.attach(rates);
    Attachment second = model.attach(potentials);
    Evaluation observed = evaluate(model);
    first.close();
    second.close();

    assertThat(observed.samples()).isEqualTo(TEST.size());
    assertThat(observed.top1()).isEqualTo(plain.top1());
    assertThat(observed.loss()).isCloseTo(plain.loss(), within(1e-5));
    assertThat(rates.layers()).hasSizeGreaterThan(20)
        .allSatisfy(layer -> assertThat(layer.samples()).as(layer.layer()).isEqualTo(TEST.size()));
    assertThat(rates.layers()).extracting(LayerFiring::layer)
        .contains(STEM, "stage1.0.tssa.attended", "stage3.0.attn.attn_lif", "stage3.0.mlp.fc2_lif");
    assertThat(potentials.histograms()).containsOnlyKeys(STEM);
    assertThat(potentials.histograms().get(STEM).total()).isPositive()
        .matches(values -> values % (T * TEST.size()) == 0, "each step of each image alike");

    assertThat(model.isObserved()).isFalse();
    assertThat(evaluate(model)).isEqualTo(plain);
    assertThat(rates.layers()).allSatisfy(layer -> assertThat(layer.samples()).isEqualTo(TEST.size()));
  }

  /** All of an epoch: its steps, forwards and backwards, the evaluation, and the images of its firing_rate. */
  @Test
  void aTrainingShowsEachStepAndItsWeightsAreTheSameBits() throws IOException {
    QKFormer plain = model();
    EpochMetrics unobserved = train(plain).get(0);
    QKFormer model = model();
    FiringMonitor rates = new FiringMonitor(LayerPattern.of(STEM));
    GradientMonitor gradients = new GradientMonitor(LayerPattern.of("head,stage1.0"));
    Attachment first = model.attach(rates);
    Attachment second = model.attach(gradients);
    EpochMetrics observed = train(model).get(0);
    first.close();
    second.close();

    Bits.assertSame(ModelWeights.export(model), ModelWeights.export(plain));
    assertThat(observed.trainLoss()).isEqualTo(unobserved.trainLoss());
    assertThat(observed.eval().loss()).isCloseTo(unobserved.eval().loss(), within(1e-5));
    assertThat(gradients.norms().get("head")).hasSize(TRAIN.size() / BATCH).allMatch(norm -> norm > 0);
    assertThat(gradients.norms()).containsKey("stage1.0");
    assertThat(rates.layers()).singleElement().satisfies(layer -> {
      assertThat(layer.samples()).isEqualTo(TRAIN.size() + TEST.size() + FOR_RATES);
      assertThat(layer.byStep()).hasSize(T);
      assertThat(layer.rate()).isBetween(0.0, 1.0).isPositive();
    });
  }
}
