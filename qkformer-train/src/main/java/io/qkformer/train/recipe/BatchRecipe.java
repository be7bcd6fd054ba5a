package io.qkformer.train.recipe;

/**
 * How many samples at a time.
 *
 * @param size         samples of a micro-batch, over which batch norm takes its statistics
 * @param validation   samples of a batch of the test
 * @param accumulation micro-batches whose gradients make one step
 */
public record BatchRecipe(int size, int validation, int accumulation) {

  /** Checks each value. */
  public BatchRecipe {
    Checks.atLeast("batchSize", 1, size);
    Checks.atLeast("validationBatchSize", 1, validation);
    Checks.atLeast("gradAccumSteps", 1, accumulation);
    Checks.that((long) size * accumulation <= Integer.MAX_VALUE,
        "batchSize must have fewer than 2^31 samples a step with gradAccumSteps, got " + size + " and " + accumulation);
  }

  /** Samples of a step. */
  public int step() {
    return size * accumulation;
  }
}
