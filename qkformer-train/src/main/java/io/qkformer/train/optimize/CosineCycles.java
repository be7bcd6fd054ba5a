package io.qkformer.train.optimize;

/**
 * Restarts of a cosine schedule (SGDR, arXiv 1608.03983) as timm makes them. Cycle i, from 0 on, is
 * {@code epochs * multiplier^i} long and starts at {@code rate * decay^i}.
 *
 * @param multiplier above 0; timm's {@code lr_cycle_mul}
 * @param decay      at least 0; timm's {@code lr_cycle_decay}
 * @param limit      how many cycles there are, at least 1; timm's {@code lr_cycle_limit}
 */
public record CosineCycles(double multiplier, double decay, int limit) {

  /** One cycle: no restart. */
  public static final CosineCycles ONE = new CosineCycles(1, 1, 1);

  /** Checks each value. */
  public CosineCycles {
    if (!(multiplier > 0 && multiplier < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("cycle multiplier must be above 0 and finite, got " + multiplier);
    }
    if (!(decay >= 0 && decay < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("cycle decay must be at least 0 and finite, got " + decay);
    }
    if (limit < 1) {
      throw new IllegalArgumentException("cycle limit must be at least 1, got " + limit);
    }
  }

  /**
   * A moment of a cycle.
   *
   * @param index  of the cycle
   * @param length of the cycle
   * @param time   since its start
   */
  record Moment(double index, double length, double time) {
  }

  /** Where a time is, when the first cycle is {@code first} long. */
  Moment at(double time, double first) {
    if (multiplier == 1) {
      double index = Math.floor(time / first);
      return new Moment(index, first, time - first * index);
    }
    double grown = 1 - time / first * (1 - multiplier);
    if (grown <= 0) {
      // cycles that shrink have a finite length in all, which is over
      return new Moment(Double.POSITIVE_INFINITY, first, 0);
    }
    // Python's log(x, base), whose rounding decides to which cycle a border belongs
    double index = Math.floor(Math.log(grown) / Math.log(multiplier));
    double power = Math.pow(multiplier, index);
    return new Moment(index, power * first, time - (1 - power) / (1 - multiplier) * first);
  }

  /** The length of all cycles, rounded down as timm does. */
  int total(int first) {
    if (multiplier == 1) {
      return Math.multiplyExact(first, limit);
    }
    return Math.toIntExact((long) Math.floor(-first * (Math.pow(multiplier, limit) - 1) / (1 - multiplier)));
  }
}
