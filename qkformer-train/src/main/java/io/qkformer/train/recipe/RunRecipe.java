package io.qkformer.train.recipe;

import io.qkformer.layer.Recompute;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a training runs on a machine.
 *
 * @param seed        of weights, order, augmentation, mixing and stochastic depth
 * @param threads     of the computation, at least 1; empty: the machine's processors
 * @param recompute   what the backward pass computes again instead of keeping it
 * @param startEpoch  the first epoch, counted from 0: where in its schedule a fine-tuning starts
 * @param logInterval steps between points of TensorBoard's curves, at least 1
 * @param output      the folder of all run folders
 * @param experiment  the run folder's name in it; empty: data set and time
 */
public record RunRecipe(long seed, OptionalInt threads, Recompute recompute, int startEpoch, int logInterval,
    Path output, Optional<String> experiment) {

  /** Where runs go when a recipe does not say. */
  public static final Path DEFAULT_OUTPUT = Path.of("runs");

  /** Checks each value. */
  public RunRecipe {
    Objects.requireNonNull(recompute, "recompute");
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(experiment, "experiment");
    threads.ifPresent(count -> Checks.atLeast("threads", 1, count));
    Checks.atLeast("startEpoch", 0, startEpoch);
    Checks.atLeast("logInterval", 1, logInterval);
  }
}
