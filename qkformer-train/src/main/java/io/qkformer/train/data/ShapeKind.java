package io.qkformer.train.data;

import java.util.Locale;

/** The shapes of {@link ShapesDataset}, each inside the unit circle (x to the right, y downwards). */
enum ShapeKind {
  DISK {
    @Override
    boolean contains(double x, double y) {
      return inDisk(x, y, 0.95);
    }
  },
  RING {
    @Override
    boolean contains(double x, double y) {
      return inDisk(x, y, 1) && !inDisk(x, y, 0.6);
    }
  },
  SQUARE {
    @Override
    boolean contains(double x, double y) {
      return inSquare(x, y, 0.8);
    }
  },
  FRAME {
    @Override
    boolean contains(double x, double y) {
      return inSquare(x, y, 0.85) && !inSquare(x, y, 0.48);
    }
  },
  TRIANGLE {
    @Override
    boolean contains(double x, double y) {
      return y < 0.6 && y > -1 + 2 * Math.abs(x) * 0.85;
    }
  },
  PLUS {
    @Override
    boolean contains(double x, double y) {
      return inSquare(x, y, 0.95) && (Math.abs(x) < 0.28 || Math.abs(y) < 0.28);
    }
  },
  X {
    @Override
    boolean contains(double x, double y) {
      return PLUS.contains((x + y) * HALF_SQRT2, (x - y) * HALF_SQRT2);
    }
  },
  STAR {
    @Override
    boolean contains(double x, double y) {
      return inStar(x, y);
    }
  },
  CRESCENT {
    @Override
    boolean contains(double x, double y) {
      return inDisk(x, y, 1) && !inDisk(x - 0.5, y, 0.78);
    }
  },
  BARS {
    @Override
    boolean contains(double x, double y) {
      double fromNearest = Math.abs(y) < 0.3 ? Math.abs(y) : Math.abs(Math.abs(y) - 0.62);
      return Math.abs(x) < 0.75 && fromNearest < 0.17;
    }
  };

  private static final double HALF_SQRT2 = 0.7071067811865476;
  private static final int STAR_POINTS = 5;
  private static final double STAR_INNER_RADIUS = 0.42;

  /** Returns whether a point lies in the shape. */
  abstract boolean contains(double x, double y);

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static boolean inDisk(double x, double y, double radius) {
    return x * x + y * y < radius * radius;
  }

  private static boolean inSquare(double x, double y, double half) {
    return Math.abs(x) < half && Math.abs(y) < half;
  }

  /** Counts the outline's crossings with the ray to the right (even-odd rule). */
  private static boolean inStar(double x, double y) {
    double[][] outline = Star.OUTLINE;
    boolean inside = false;
    double[] from = outline[outline.length - 1];
    for (double[] to : outline) {
      boolean crosses = from[1] > y != to[1] > y
          && x < from[0] + (y - from[1]) / (to[1] - from[1]) * (to[0] - from[0]);
      inside ^= crosses;
      from = to;
    }
    return inside;
  }

  /** Held apart: an enum's constants come before its own static fields. */
  private static final class Star {
    private static final double[][] OUTLINE = outline();

    private static double[][] outline() {
      double[][] corners = new double[2 * STAR_POINTS][];
      for (int i = 0; i < corners.length; i++) {
        double angle = StrictMath.PI * i / STAR_POINTS;
        double radius = i % 2 == 0 ? 1 : STAR_INNER_RADIUS;
        corners[i] = new double[] {radius * StrictMath.sin(angle), -radius * StrictMath.cos(angle)};
      }
      return corners;
    }
  }
}
