package io.qkformer.examples;

import io.qkformer.train.data.CachedDataset;
import io.qkformer.train.data.CifarDataset;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.ImageFolderDataset;
import io.qkformer.train.data.Normalization;
import io.qkformer.train.data.ShapesDataset;
import io.qkformer.train.data.Split;
import io.qkformer.train.report.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Which images. */
final class DataOptions {

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

  @Option(names = "--data", defaultValue = "shapes", paramLabel = "SOURCE",
      description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}, which the program draws itself")
  private Source source;

  @Option(names = "--data-path", paramLabel = "PATH",
      description = "folder of CIFAR's .bin files; folder or zip file of train/<class>/*.jpg|png")
  private Path path;

  @Option(names = "--train-size", defaultValue = "5000", paramLabel = "N",
      description = "images to draw for training (shapes only); default: ${DEFAULT-VALUE}")
  private int trainSize;

  @Option(names = "--test-size", defaultValue = "1000", paramLabel = "N",
      description = "images to draw for the test (shapes only); default: ${DEFAULT-VALUE}")
  private int testSize;

  @Option(names = "--data-seed", defaultValue = "0", paramLabel = "SEED",
      description = "of the drawn images; default: ${DEFAULT-VALUE}")
  private long seed;

  String name() {
    return source.name().toLowerCase(Locale.ROOT);
  }

  Normalization normalization() {
    return Normalization.CIFAR10;
  }

  /** Loads a split into memory. */
  Dataset load(Split split, int threads, Progress progress) throws IOException {
    if (source != Source.SHAPES && path == null) {
      throw new IllegalArgumentException("--data " + name() + " needs --data-path");
    }
    switch (source) {
      case SHAPES:
        return cache(new ShapesDataset(split, split == Split.TRAIN ? trainSize : testSize, seed), threads, progress);
      case CIFAR10:
        return CifarDataset.cifar10(path, split);
      case CIFAR100:
        return CifarDataset.cifar100(path, split);
      default:
        try (ImageFolderDataset folder = ImageFolderDataset.open(path, split)) {
          return cache(folder, threads, progress);
        }
    }
  }

  private static Dataset cache(Dataset dataset, int threads, Progress progress) throws IOException {
    try (Progress.Task task = progress.start("load " + dataset.name(), dataset.size(), "images")) {
      long[] done = {0};
      return CachedDataset.load(dataset, threads, (loaded, total) -> {
        synchronized (done) {
          if (loaded > done[0]) {
            task.advance(loaded - done[0]);
            done[0] = loaded;
          }
        }
      });
    }
  }
}
