package io.qkformer.examples;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Recompute;
import io.qkformer.model.HstConfig;
import io.qkformer.model.QKFormer;
import io.qkformer.train.data.Compose;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.LastBatch;
import io.qkformer.train.data.Order;
import io.qkformer.train.data.PaddedRandomCrop;
import io.qkformer.train.data.RandomHorizontalFlip;
import io.qkformer.train.data.Split;
import io.qkformer.train.loop.Trainer;
import io.qkformer.train.loop.TrainingConfig;
import io.qkformer.train.optimize.AdamW;
import io.qkformer.train.optimize.AdamWConfig;
import io.qkformer.train.optimize.LearningRateSchedule;
import io.qkformer.train.optimize.Mixup;
import io.qkformer.train.optimize.ParameterGroups;
import io.qkformer.train.optimize.RateUpdate;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.LearningCurve;
import io.qkformer.train.report.Progress;
import io.qkformer.train.report.SummaryCsv;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One training from data to a run folder: what the train command does, and what its tests do in small. */
final class TrainingRun {

  /** The weights after the last epoch. */
  static final String WEIGHTS = "weights.safetensors";
  /** One line for each epoch. */
  static final String METRICS = "summary.csv";
  /** The learning curve. */
  static final String CURVE = "curve.png";

  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  /** How to train, and where to. */
  record Settings(int epochs, int batch, int accumulation, LearningRateSchedule schedule,
      TrainingConfig.RateUpdate rateUpdate, double weightDecay, double smoothing, Optional<Mixup> mixup,
      int cropPadding, double flip, long seed, Recompute recompute, int threads, Path folder) {
  }

  private final DataOptions data;
  private final ModelOptions model;
  private final Settings settings;
  private final Progress progress;

  TrainingRun(DataOptions data, ModelOptions model, Settings settings, Progress progress) {
    this.data = data;
    this.model = model;
    this.settings = settings;
    this.progress = progress;
  }

  /** Trains and returns the metrics of the last epoch. */
  EpochMetrics run() throws IOException {
    TrainingConfig training = new TrainingConfig(settings.epochs(), model.config(null).timeSteps(),
        settings.schedule(), settings.rateUpdate(), settings.accumulation(), settings.smoothing(), settings.mixup(),
        settings.seed(), settings.recompute());
    Dataset train = data.load(Split.TRAIN, settings.threads(), progress);
    Dataset test = data.load(Split.TEST, settings.threads(), progress);
    HstConfig config = model.config(train.classes());
    QKFormer network = new QKFormer(config, settings.seed());
    Path folder = createFolder(settings.folder());
    LOG.info("{} parameters, {} training and {} test images of {} classes", network.parameterCount(), train.size(),
        test.size(), train.classes());
    try (Engine engine = Engine.create(settings.threads())) {
      LOG.info("{} kernels on {} threads", engine.kernels().name(), engine.workers().threads());
      AdamW optimizer = new AdamW(ParameterGroups.of(network, settings.weightDecay()), AdamWConfig.defaults(),
          engine.workers());
      SummaryCsv csv = new SummaryCsv(folder.resolve(METRICS));
      List<EpochMetrics> history = new Trainer(network, engine, optimizer, training, progress)
          .listen(metrics -> {
            csv.append(metrics);
            LearningCurve.of(data.name()).write(folder.resolve(CURVE), csv.read());
            ModelWeights.save(folder.resolve(WEIGHTS), network, Map.of("epoch", Integer.toString(metrics.epoch())));
            LOG.info("epoch {}: train loss {}, test top-1 {} %, {} images/s", metrics.epoch(), metrics.trainLoss(),
                metrics.eval().top1(), Math.round(metrics.imagesPerSecond()));
          })
          .fit(trainLoader(train), testLoader(test));
      return history.get(history.size() - 1);
    }
  }

  private DataLoader trainLoader(Dataset train) {
    return DataLoader.builder(train).batchSize(settings.batch()).shuffle(Order.SHUFFLED).lastBatch(LastBatch.DROP)
        .augmentation(new Compose(List.of(new RandomHorizontalFlip(settings.flip()),
            new PaddedRandomCrop(settings.cropPadding()))))
        .normalization(data.normalization()).seed(settings.seed()).build();
  }

  private DataLoader testLoader(Dataset test) {
    return DataLoader.builder(test).batchSize(settings.batch()).shuffle(Order.SEQUENTIAL).lastBatch(LastBatch.KEEP)
        .normalization(data.normalization()).build();
  }

  /** An earlier run's files are never overwritten. */
  private static Path createFolder(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw new FileAlreadyExistsException(folder + " is not empty: expected a new or empty folder, so that no "
            + "earlier run is overwritten; choose another --out");
      }
    }
    return folder;
  }
}
