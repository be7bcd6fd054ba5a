package io.qkformer.train.optimize;

import java.util.Arrays;
import java.util.Locale;

/** The optimizers, under timm's names ({@code opt}). */
public enum Algorithm {
  /** {@link AdamW}. */
  ADAMW,
  /** {@link Sgd} with Nesterov's momentum, as in timm. */
  SGD,
  /** {@link Sgd} with classical momentum. */
  MOMENTUM,
  /** {@link Lamb}. */
  LAMB,
  /** {@link Lamb} with trust ratios of at most 1. */
  LAMBC;

  /**
   * The optimizer that timm calls so; small and capital letters are the same.
   *
   * @throws IllegalArgumentException when there is none, naming those that there are
   */
  public static Algorithm of(String timmName) {
    String name = timmName.toUpperCase(Locale.ROOT);
    return Arrays.stream(values()).filter(algorithm -> algorithm.name().equals(name)).findAny()
        .orElseThrow(() -> new IllegalArgumentException("opt must be one of "
            + Arrays.toString(values()).toLowerCase(Locale.ROOT) + ", got " + timmName));
  }
}
