package io.qkformer.train.recipe;

import java.util.List;

/** The keys of batches. */
final class BatchKeys {

  static final Key<Integer> BATCH_SIZE = Key.of("batch_size", Types.whole(1), "batch");
  static final Key<Integer> VALIDATION_BATCH_SIZE =
      Key.of("validation_batch_size", Types.whole(1), "val_batch_size");
  static final Key<Integer> GRAD_ACCUM_STEPS =
      Key.of("grad_accum_steps", Types.whole(1), "accum_iter", "accumulation");

  static final List<Key<?>> KEYS = List.of(BATCH_SIZE, VALIDATION_BATCH_SIZE, GRAD_ACCUM_STEPS);

  /** timm's. */
  private static final int DEFAULT_SIZE = 128;

  private BatchKeys() {
  }

  static BatchRecipe read(Values values) {
    int size = values.get(BATCH_SIZE, DEFAULT_SIZE);
    return values.build(() -> new BatchRecipe(size, values.find(VALIDATION_BATCH_SIZE).orElse(size),
        values.get(GRAD_ACCUM_STEPS, 1)), GRAD_ACCUM_STEPS);
  }

  static void write(BatchRecipe batches, Lines lines) {
    lines.comment("Batches");
    lines.put(BATCH_SIZE, batches.size());
    lines.put(VALIDATION_BATCH_SIZE, batches.validation());
    lines.put(GRAD_ACCUM_STEPS, batches.accumulation());
  }
}
