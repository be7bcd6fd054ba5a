package io.qkformer.train.recipe;

import io.qkformer.train.data.CorruptFiles;
import io.qkformer.train.data.DecodeLimit;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The keys of the data set and its loader. */
final class DataKeys {

  static final Key<DatasetKind> DATASET = Key.of("dataset", Types.named(kinds(), Map.of(
      "torch/cifar10", DatasetKind.CIFAR10, "torch/cifar100", DatasetKind.CIFAR100,
      "imagefolder", DatasetKind.FOLDER, "torch/image_folder", DatasetKind.FOLDER,
      "imagenet", DatasetKind.FOLDER, "torch/imagenet", DatasetKind.FOLDER,
      "cifar10dvs", DatasetKind.CIFAR10_DVS, "dvs128gesture", DatasetKind.DVS128_GESTURE)), "data");
  static final Key<Path> DATA_DIR = Key.of("data_dir", Types.path(), "data_path");
  static final Key<Path> FRAMES_DIR = Key.of("frames_dir", Types.path());
  static final Key<Integer> TRAIN_SIZE = Key.of("train_size", Types.whole(1));
  static final Key<Integer> TEST_SIZE = Key.of("test_size", Types.whole(1));
  static final Key<Long> DATA_SEED = Key.of("data_seed", Types.wholeLong(Long.MIN_VALUE, Long.MAX_VALUE));
  static final Key<Integer> TRAIN_SUBSET = Key.of("train_subset", Types.whole(1));
  static final Key<Integer> TEST_SUBSET = Key.of("test_subset", Types.whole(1));
  static final Key<Integer> WORKERS = Key.of("workers", Types.whole(1), "num_workers");
  /** timm takes and writes 3.0. */
  static final Key<Integer> AUG_REPEATS = Key.of("aug_repeats", Types.mapped(
      Types.number("that is whole and at least 0", value -> value >= 0 && value == Math.rint(value) && value <= 1e6),
      Double::intValue, Integer::doubleValue));
  static final Key<CorruptFiles> CORRUPT_IMAGES = Key.of("corrupt_images", Types.constant(CorruptFiles.class));
  static final Key<DecodeLimit> MAX_IMAGE_PIXELS = Key.of(DecodeLimit.KEY,
      Types.mapped(Types.wholeLong(1, Long.MAX_VALUE), DecodeLimit::new, DecodeLimit::pixels));

  static final List<Key<?>> KEYS =
      List.of(DATASET, DATA_DIR, FRAMES_DIR, TRAIN_SIZE, TEST_SIZE, DATA_SEED, TRAIN_SUBSET, TEST_SUBSET, WORKERS,
          AUG_REPEATS, CORRUPT_IMAGES, MAX_IMAGE_PIXELS);

  private static final int DEFAULT_TRAIN_SIZE = 5000;
  private static final int DEFAULT_TEST_SIZE = 1000;
  /** timm's. */
  private static final int DEFAULT_WORKERS = 4;

  private DataKeys() {
  }

  private static Map<String, DatasetKind> kinds() {
    Map<String, DatasetKind> kinds = new LinkedHashMap<>();
    Arrays.stream(DatasetKind.values()).forEach(kind -> kinds.put(kind.id(), kind));
    return kinds;
  }

  /** Whether this is the name of a data set. */
  static boolean isDataset(Written value) {
    try {
      DATASET.type().reader().apply(value);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static DataRecipe read(Values values) {
    return new DataRecipe(values.find(DATASET).orElse(DatasetKind.FOLDER), values.find(DATA_DIR), values.find(FRAMES_DIR),
        values.get(TRAIN_SIZE, DEFAULT_TRAIN_SIZE), values.get(TEST_SIZE, DEFAULT_TEST_SIZE),
        values.get(DATA_SEED, 0L), count(values, TRAIN_SUBSET), count(values, TEST_SUBSET),
        values.get(WORKERS, DEFAULT_WORKERS), values.get(AUG_REPEATS, 0),
        values.get(CORRUPT_IMAGES, CorruptFiles.FAIL), values.get(MAX_IMAGE_PIXELS, DecodeLimit.DEFAULT));
  }

  private static OptionalInt count(Values values, Key<Integer> key) {
    return values.find(key).map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  static void write(DataRecipe data, Lines lines) {
    lines.comment("Data");
    lines.put(DATASET, data.dataset());
    lines.putOptional(DATA_DIR, data.directory());
    lines.putOptional(FRAMES_DIR, data.framesDirectory());
    lines.put(TRAIN_SIZE, data.trainSize());
    lines.put(TEST_SIZE, data.testSize());
    lines.put(DATA_SEED, data.seed());
    lines.putOptional(TRAIN_SUBSET, data.trainSubset().stream().boxed().findFirst());
    lines.putOptional(TEST_SUBSET, data.testSubset().stream().boxed().findFirst());
    lines.put(WORKERS, data.workers());
    lines.put(AUG_REPEATS, data.repeats());
    lines.put(CORRUPT_IMAGES, data.corruptImages());
    lines.put(MAX_IMAGE_PIXELS, data.decodeLimit());
  }
}
