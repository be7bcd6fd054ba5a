package io.qkformer.train.event.simulate;

/**
 * Where an image is at some points of time, in units of its shorter side: 0 is where it began, 0.5 half an image further
 * to the right or down. Immutable. In between it moves in a straight line.
 */
public interface MotionPath {
  /** Returns the number of points, at least 1. */
  int points();

  /** Returns when the image is at a point, in microseconds; later than the point before. */
  long time(int point);

  /** Returns how far to the right it is. */
  double x(int point);

  /** Returns how far down it is. */
  double y(int point);
}
