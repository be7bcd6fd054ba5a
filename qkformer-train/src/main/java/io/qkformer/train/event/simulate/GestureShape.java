package io.qkformer.train.event.simulate;

/**
 * The shapes that gestures move: none looks the same after a turn by 90 degrees or less. Each lies in a circle of radius
 * {@link #RADIUS} about the point that it turns about; x to the right, y downwards.
 */
enum GestureShape {
  BAR {
    @Override
    double distance(double x, double y) {
      return box(x, y, -1, 1, -0.28, 0.28);
    }
  },
  L {
    @Override
    double distance(double x, double y) {
      return Math.min(box(x, y, -0.55, -0.1, -0.8, 0.8), box(x, y, -0.55, 0.65, 0.35, 0.8));
    }
  },
  T {
    @Override
    double distance(double x, double y) {
      return Math.min(box(x, y, -0.7, 0.7, -0.7, -0.25), box(x, y, -0.22, 0.22, -0.7, 0.8));
    }
  },
  Z {
    @Override
    double distance(double x, double y) {
      return Math.min(box(x, y, -0.25, 0.25, -0.65, 0.65),
          Math.min(box(x, y, -0.7, 0.25, -0.65, -0.2), box(x, y, -0.25, 0.7, 0.2, 0.65)));
    }
  },
  WEDGE {
    @Override
    double distance(double x, double y) {
      double toEdge = (1.7 * Math.abs(x) - 0.6 * (y + 1)) / WEDGE_EDGE;
      return Math.max(y - 0.7, toEdge);
    }
  },
  HALF_DISK {
    @Override
    double distance(double x, double y) {
      double fromBase = y - 0.4;
      return Math.max(Math.sqrt(x * x + fromBase * fromBase) - 0.95, fromBase);
    }
  };

  static final double RADIUS = 1.05;

  /** Length of the vector (1.7, 0.6). */
  private static final double WEDGE_EDGE = 1.8027756377319946;
  private static final int GRID = 256;
  private static final double STEP = 0.03;
  private static final int DIRECTIONS = 8;

  /** The distance from a point to the outline, negative inside; exact but at corners. */
  abstract double distance(double x, double y);

  private static double box(double x, double y, double left, double right, double top, double bottom) {
    return Math.max(Math.max(left - x, x - right), Math.max(top - y, y - bottom));
  }

  /** How much area passes over the outline when this shape moves: by 1, by 1 radian, by a factor of e. */
  record Sweep(double translation, double rotation, double growth) { }

  /** Held apart: an enum's constants come before its own static fields. */
  private static final class Sweeps {
    private static final Sweep[] ALL = all();

    private static Sweep[] all() {
      GestureShape[] shapes = GestureShape.values();
      Sweep[] all = new Sweep[shapes.length];
      for (int i = 0; i < shapes.length; i++) {
        all[i] = of(shapes[i]);
      }
      return all;
    }

    private static Sweep of(GestureShape shape) {
      double translation = 0;
      for (int i = 0; i < DIRECTIONS; i++) {
        double angle = Math.PI * i / DIRECTIONS;
        double right = STEP * StrictMath.cos(angle);
        double down = STEP * StrictMath.sin(angle);
        translation += changed(shape, 1, 0, right, down) / DIRECTIONS;
      }
      return new Sweep(translation / STEP,
          changed(shape, StrictMath.cos(STEP), StrictMath.sin(STEP), 0, 0) / STEP,
          changed(shape, StrictMath.exp(STEP), 0, 0, 0) / STEP);
    }

    /** The area in which the shape and the moved shape differ. */
    private static double changed(GestureShape shape, double cos, double sin, double right, double down) {
      double cell = 2 * (RADIUS + STEP) / GRID;
      int changed = 0;
      for (int i = 0; i < GRID * GRID; i++) {
        double x = (i % GRID + 0.5) * cell - RADIUS - STEP;
        double y = (i / GRID + 0.5) * cell - RADIUS - STEP;
        boolean before = shape.distance(x, y) < 0;
        boolean after = shape.distance(x * cos + y * sin + right, y * cos - x * sin + down) < 0;
        changed += before == after ? 0 : 1;
      }
      return changed * cell * cell;
    }
  }

  /** Numbers by which motions of all kinds can be made to change equally many pixels. */
  Sweep sweep() {
    return Sweeps.ALL[ordinal()];
  }
}
