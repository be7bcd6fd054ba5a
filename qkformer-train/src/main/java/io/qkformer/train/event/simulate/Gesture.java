package io.qkformer.train.event.simulate;

import java.util.Locale;

/** The classes of {@link SimulatedGestures}: four pairs of motions, of which either is the other one in reverse. */
public enum Gesture {
  /** To the left. */
  LEFT(-1, 0, 0, 0),
  /** To the right. */
  RIGHT(1, 0, 0, 0),
  /** Upwards, to lower rows. */
  UP(0, -1, 0, 0),
  /** Downwards, to higher rows. */
  DOWN(0, 1, 0, 0),
  /** Turning with the clock about the shape's own middle. */
  CLOCKWISE(0, 0, 1, 0),
  /** Turning against the clock. */
  COUNTER_CLOCKWISE(0, 0, -1, 0),
  /** Growing. */
  EXPANSION(0, 0, 0, 1),
  /** Shrinking. */
  CONTRACTION(0, 0, 0, -1);

  private final int right;
  private final int down;
  private final int turning;
  private final int growing;

  Gesture(int right, int down, int turning, int growing) {
    this.right = right;
    this.down = down;
    this.turning = turning;
    this.growing = growing;
  }

  /** Returns the name as class names write it, such as {@code counter-clockwise}. */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** 1 for a motion to the right, -1 to the left. */
  int right() {
    return right;
  }

  /** 1 for a motion downwards, -1 upwards. */
  int down() {
    return down;
  }

  /** 1 with the clock, -1 against it. */
  int turning() {
    return turning;
  }

  /** 1 for growing, -1 for shrinking. */
  int growing() {
    return growing;
  }
}
