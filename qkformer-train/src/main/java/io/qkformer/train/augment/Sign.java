package io.qkformer.train.augment;

/** Which way an operation of RandAugment goes, where it can go both. */
public enum Sign {
  /** As the level says. */
  PLUS(1),
  /** The other way. */
  MINUS(-1);

  private final int factor;

  Sign(int factor) {
    this.factor = factor;
  }

  double of(double value) {
    return factor * value;
  }
}
