package io.qkformer.examples;

import io.qkformer.train.augment.ErasingOrder;
import io.qkformer.train.augment.TrainTransform;
import io.qkformer.train.data.CachedDataset;
import io.qkformer.train.data.CifarDataset;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.DecodeLimit;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.data.ImageFolderDataset;
import io.qkformer.train.data.ImageSizes;
import io.qkformer.train.data.LoadProgress;
import io.qkformer.train.data.Normalization;
import io.qkformer.train.data.ShapesDataset;
import io.qkformer.train.data.Split;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at a data set: size, fingerprint, unreadable images, and how fast it is read and made into batches. */
@Command(name = "data", mixinStandardHelpOptions = true, description = "Looks at a data set: its size and fingerprint, "
    + "images that cannot be read, and how fast images are read and made into batches.")
final class DataCommand implements Callable<Integer> {
  private static final int SIDE = 32;
  private static final int BATCH = 32;
  private static final double NANOS = 1e9;
  private static final int SHAPES = 5000;

  /** Where images come from. */
  enum Source {
    /** Drawn by the program. */
    SHAPES,
    /** CIFAR-10, binary version. */
    CIFAR10,
    /** CIFAR-100, binary version, fine labels. */
    CIFAR100,
    /** {@code train/<class>/*.jpg|png} and {@code test/<class>/..}, in a folder or a zip file. */
    FOLDER
  }

  @Spec
  private CommandSpec spec;

  @Option(names = "--data", defaultValue = "shapes", paramLabel = "SOURCE",
      description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  private Source source;

  @Option(names = "--data-path", paramLabel = "PATH",
      description = "folder of CIFAR's .bin files; folder or zip file of train/<class>/*.jpg|png")
  private Path path;

  @Option(names = "--split", defaultValue = "TRAIN", paramLabel = "SPLIT",
      description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  private Split split;

  @Option(names = "--fingerprint", negatable = true, defaultValue = "true", fallbackValue = "true",
      description = "compute the fingerprint (default)")
  private boolean fingerprint;

  @Option(names = "--read", defaultValue = "0", paramLabel = "N",
      description = "read and decode N images, spread over the data set; -1 for all; default: ${DEFAULT-VALUE}")
  private int read;

  @Option(names = "--batches", defaultValue = "0", paramLabel = "N",
      description = "make N batches of " + BATCH + " images of " + SIDE + "x" + SIDE
          + " as the CIFAR recipe augments them; default: ${DEFAULT-VALUE}")
  private int batches;

  @Option(names = "--max-image-pixels", paramLabel = "N",
      description = "images that claim more are refused; default: 89478485")
  private Long maxImagePixels;

  @Option(names = "--threads", defaultValue = "1", paramLabel = "N", description = "default: ${DEFAULT-VALUE}")
  private int threads;

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    Dataset dataset = open();
    try {
      print("%s: %d images of %d classes, opened in %.3f s", dataset.name(), dataset.size(), dataset.classes(),
          seconds(start));
      if (fingerprint) {
        start = System.nanoTime();
        print("fingerprint %s, in %.3f s", dataset.fingerprint(), seconds(start));
      }
      int unreadable = read == 0 ? 0 : read(dataset);
      if (batches > 0) {
        // the first pass is compiled on the way
        load(dataset, 0);
        load(dataset, 1);
      }
      return unreadable == 0 ? 0 : 1;
    } finally {
      if (dataset instanceof Closeable closeable) {
        closeable.close();
      }
    }
  }

  private Dataset open() throws IOException {
    if (source != Source.SHAPES && path == null) {
      throw new IllegalArgumentException("--data " + source.name().toLowerCase(Locale.ROOT) + " needs --data-path");
    }
    return switch (source) {
      case SHAPES -> CachedDataset.load(new ShapesDataset(split, SHAPES, 0), threads, LoadProgress.silent());
      case CIFAR10 -> CifarDataset.cifar10(path, split);
      case CIFAR100 -> CifarDataset.cifar100(path, split);
      case FOLDER -> ImageFolderDataset.open(path, split, ImageSizes.ANY,
          maxImagePixels == null ? DecodeLimit.DEFAULT : new DecodeLimit(maxImagePixels));
    };
  }

  private int read(Dataset dataset) {
    int images = read < 0 ? dataset.size() : Math.min(read, dataset.size());
    long start = System.nanoTime();
    ReadCheck check = ReadCheck.run(dataset, images, threads);
    double seconds = seconds(start);
    print("%d images read and decoded in %.3f s on %d threads: %.0f images/s", images, seconds, threads,
        images / seconds);
    check.problems().forEach(problem -> print("cannot be read: %s", problem));
    return check.problems().size();
  }

  private void load(Dataset dataset, int number) {
    TrainTransform recipe = TrainTransform.builder(SIDE).scale(1, 1).ratio(1, 1).trainInterpolation("bicubic")
        .autoAugment("rand-m9-n1-mstd0.4-inc1").normalization(Normalization.CIFAR10)
        .randomErasing(0.25, "const", 1).erasingOrder(ErasingOrder.BEFORE_MIXING).build();
    DataLoader loader = recipe.configure(DataLoader.builder(dataset)).batchSize(BATCH).threads(threads)
        .prefetch(2 * threads).build();
    int made = Math.min(batches, loader.batches());
    long start = System.nanoTime();
    long waited;
    try (Epoch epoch = loader.epoch(number)) {
      for (int i = 0; i < made; i++) {
        epoch.next().close();
      }
      waited = epoch.waitedNanos();
    }
    double seconds = seconds(start);
    print("epoch %d: %d batches of %d in %.3f s on %d threads: %.2f ms a batch, %.2f ms of it waited for", number,
        made, BATCH, seconds, threads, 1000 * seconds / made, 1000 * waited / NANOS / made);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / NANOS;
  }

  private void print(String line, Object... values) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(String.format(Locale.ROOT, line, values));
    out.flush();
  }
}
