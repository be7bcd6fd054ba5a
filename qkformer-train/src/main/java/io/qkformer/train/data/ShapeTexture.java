package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;

/** A pattern: a value from -1 to 1 for each place of an image, in pixels. */
@FunctionalInterface
interface ShapeTexture {
  double at(double x, double y);

  /** Draws a gradient, stripes or clouds. */
  static ShapeTexture draw(RandomStream random) {
    return switch (random.nextInt(3)) {
      case 0 -> gradient(random);
      case 1 -> stripes(random);
      default -> clouds(random);
    };
  }

  /** Rises from one side of the image to the other. */
  static ShapeTexture gradient(RandomStream random) {
    double angle = random.nextDouble(0, 2 * StrictMath.PI);
    double dx = StrictMath.cos(angle) / ShapePainter.SIDE;
    double dy = StrictMath.sin(angle) / ShapePainter.SIDE;
    double middle = ShapePainter.SIDE / 2.0;
    return (x, y) -> clamp(2 * ((x - middle) * dx + (y - middle) * dy));
  }

  private static ShapeTexture stripes(RandomStream random) {
    double angle = random.nextDouble(0, 2 * StrictMath.PI);
    double frequency = 2 * StrictMath.PI / random.nextDouble(3, 9);
    double phase = random.nextDouble(0, 2 * StrictMath.PI);
    double dx = StrictMath.cos(angle) * frequency;
    double dy = StrictMath.sin(angle) * frequency;
    return (x, y) -> StrictMath.sin(x * dx + y * dy + phase);
  }

  /** Random values on a grid with straight transitions between them. */
  private static ShapeTexture clouds(RandomStream random) {
    double cell = random.nextDouble(3, 8);
    int nodes = (int) (ShapePainter.SIDE / cell) + 3;
    double[] grid = new double[nodes * nodes];
    for (int i = 0; i < grid.length; i++) {
      grid[i] = random.nextDouble(-1, 1);
    }
    return (x, y) -> {
      int column = (int) (x / cell);
      int row = (int) (y / cell);
      double right = x / cell - column;
      double down = y / cell - row;
      int node = row * nodes + column;
      double above = grid[node] + right * (grid[node + 1] - grid[node]);
      double below = grid[node + nodes] + right * (grid[node + nodes + 1] - grid[node + nodes]);
      return above + down * (below - above);
    };
  }

  private static double clamp(double value) {
    return Math.max(-1, Math.min(1, value));
  }
}
