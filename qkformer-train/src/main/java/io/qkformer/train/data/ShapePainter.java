package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;

/**
 * Draws one shape on a textured ground. Colours, texture and place are drawn alike for all kinds, so that
 * only the outline tells the class. Arithmetic is exact or from StrictMath: the same bytes on every platform.
 */
final class ShapePainter {
  static final int SIDE = 32;

  private static final int SUBSAMPLES = 4;
  private static final double MIN_RADIUS = 8;
  private static final double MAX_RADIUS = 13;
  private static final double MAX_SHIFT = 4;
  /** Radians; small enough that a plus stays a plus. */
  private static final double MAX_ROTATION = 0.26;
  private static final double DARKEST = 0.1;
  private static final double BRIGHTEST = 0.9;
  /** Euclidean distance of the two colours; black and white are 1.73 apart. */
  private static final double MIN_CONTRAST = 0.4;
  private static final double MIN_TEXTURE = 0.04;
  private static final double MAX_TEXTURE = 0.16;
  private static final double MAX_SHADING = 0.1;
  private static final double NOISE = 0.05;

  private final ShapeKind kind;
  private final RandomStream random;

  private ShapePainter(ShapeKind kind, RandomStream random) {
    this.kind = kind;
    this.random = random;
  }

  static Image paint(ShapeKind kind, RandomStream random) {
    return new ShapePainter(kind, random).paint();
  }

  private Image paint() {
    double[] coverage = coverage();
    double[] ground = colour();
    double[] shape = colour();
    while (distance(ground, shape) < MIN_CONTRAST) {
      ground = colour();
      shape = colour();
    }
    double[] pattern = pattern(ShapeTexture.draw(random), random.nextDouble(MIN_TEXTURE, MAX_TEXTURE));
    double[] shading = pattern(ShapeTexture.gradient(random), random.nextDouble(0, MAX_SHADING));
    byte[] pixels = new byte[SIDE * SIDE * Image.CHANNELS];
    for (int i = 0; i < pixels.length; i++) {
      int pixel = i / Image.CHANNELS;
      int channel = i % Image.CHANNELS;
      double covered = coverage[pixel];
      double value = (1 - covered) * (ground[channel] + pattern[pixel])
          + covered * (shape[channel] + shading[pixel]) + random.nextDouble(-NOISE, NOISE);
      pixels[i] = (byte) Math.max(0, Math.min(255, (int) (value * 255 + 0.5)));
    }
    return Image.wrap(SIDE, SIDE, pixels);
  }

  /** Returns for each pixel which part of it lies in the shape, 0 to 1. */
  private double[] coverage() {
    double radius = random.nextDouble(MIN_RADIUS, MAX_RADIUS);
    double centreX = SIDE / 2.0 + random.nextDouble(-MAX_SHIFT, MAX_SHIFT);
    double centreY = SIDE / 2.0 + random.nextDouble(-MAX_SHIFT, MAX_SHIFT);
    double angle = random.nextDouble(-MAX_ROTATION, MAX_ROTATION);
    double cos = StrictMath.cos(angle) / radius;
    double sin = StrictMath.sin(angle) / radius;
    double mirror = random.nextInt(2) == 0 ? 1 : -1;
    double[] coverage = new double[SIDE * SIDE];
    for (int sample = 0; sample < coverage.length * SUBSAMPLES * SUBSAMPLES; sample++) {
      int column = sample % (SIDE * SUBSAMPLES);
      int row = sample / (SIDE * SUBSAMPLES);
      double dx = (column + 0.5) / SUBSAMPLES - centreX;
      double dy = (row + 0.5) / SUBSAMPLES - centreY;
      if (kind.contains(mirror * (dx * cos + dy * sin), dy * cos - dx * sin)) {
        coverage[row / SUBSAMPLES * SIDE + column / SUBSAMPLES] += 1.0 / (SUBSAMPLES * SUBSAMPLES);
      }
    }
    return coverage;
  }

  private double[] colour() {
    return new double[] {random.nextDouble(DARKEST, BRIGHTEST), random.nextDouble(DARKEST, BRIGHTEST),
        random.nextDouble(DARKEST, BRIGHTEST)};
  }

  private static double distance(double[] a, double[] b) {
    double red = a[0] - b[0];
    double green = a[1] - b[1];
    double blue = a[2] - b[2];
    return Math.sqrt(red * red + green * green + blue * blue);
  }

  private static double[] pattern(ShapeTexture texture, double strength) {
    double[] values = new double[SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      values[i] = strength * texture.at(i % SIDE + 0.5, i / SIDE + 0.5);
    }
    return values;
  }
}
