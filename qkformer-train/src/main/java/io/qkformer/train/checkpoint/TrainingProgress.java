package io.qkformer.train.checkpoint;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How far a training has come: between two optimizer steps, in the middle of an epoch or at its start.
 *
 * @param epoch             that runs, from 0
 * @param microBatchInEpoch the next one of this epoch, from 0; all before it have been trained on
 * @param microBatches      trained on in all epochs
 * @param steps             of the optimizer in all epochs
 * @param sums              of the running epoch
 * @param seed              that all randomness of the training is a function of
 * @param more              what else the trainer wants to find again, in the order of the keys
 */
public record TrainingProgress(int epoch, int microBatchInEpoch, long microBatches, long steps, EpochSums sums,
    long seed, Map<String, String> more) {

  /** Checks each value and copies the map. */
  public TrainingProgress {
    EpochSums.requireAtLeast("epoch", epoch, 0);
    EpochSums.requireAtLeast("microBatchInEpoch", microBatchInEpoch, 0);
    EpochSums.requireAtLeast("microBatches", microBatches, microBatchInEpoch);
    Objects.requireNonNull(sums, "sums");
    EpochSums.requireAtLeast("steps", steps, sums.steps());
    more.forEach((key, value) -> {
      requireText("key of more", key);
      requireText("more." + key, value);
    });
    more = Collections.unmodifiableMap(new TreeMap<>(more));
  }

  /** Of a training that has not begun. */
  public static TrainingProgress start(long seed) {
    return new TrainingProgress(0, 0, 0, 0, EpochSums.ZERO, seed, Map.of());
  }

  private static void requireText(String name, String text) {
    if (text == null || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(name + " must be text, got "
          + (text == null ? "null" : "half a surrogate pair in '" + text + "'"));
    }
  }
}
