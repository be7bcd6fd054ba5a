package io.qkformer.train.optimize;

import io.qkformer.tensor.RandomStream;

/** Draws from Beta(a, b), as a ratio of gamma variates; the same on every platform ({@link StrictMath}). */
final class BetaDistribution {

  private BetaDistribution() {
  }

  static double draw(double a, double b, RandomStream random) {
    double x = logGamma(a, random);
    double y = logGamma(b, random);
    // x / (x + y) from the logarithms: for small shapes both variates may underflow
    return 1 / (1 + StrictMath.exp(y - x));
  }

  /**
   * The logarithm of a Gamma(shape) variate: Marsaglia and Tsang, A simple method for generating gamma
   * variables (ACM TOMS 2000), with their section 6 for shapes below 1:
   * {@code Gamma(a) = Gamma(a + 1) * U^(1/a)}.
   */
  private static double logGamma(double shape, RandomStream random) {
    double boost = shape < 1 ? StrictMath.log(1 - random.nextDouble()) / shape : 0;
    double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double normal = random.nextGaussian();
      double root = 1 + c * normal;
      if (root <= 0) {
        continue;
      }
      double v = root * root * root;
      double logV = StrictMath.log(v);
      if (StrictMath.log(1 - random.nextDouble()) < 0.5 * normal * normal + d - d * v + d * logV) {
        return StrictMath.log(d) + logV + boost;
      }
    }
  }
}
