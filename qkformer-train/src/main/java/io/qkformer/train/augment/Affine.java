package io.qkformer.train.augment;

import io.qkformer.train.data.Image;
import io.qkformer.train.data.Rgb;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Where each pixel of a moved picture comes from: the pixel with its centre at (x + 1/2, y + 1/2) is the
 * source's point (a x' + b y' + c, d x' + e y' + f), with x' = x + 1/2 and y' = y + 1/2 (Pillow's {@code
 * Image.AFFINE}).
 */
record Affine(double a, double b, double c, double d, double e, double f) {
  private static final int FULL_TURN = 360;
  private static final int DECIMALS = 15;

  static Affine shearX(double factor) {
    return new Affine(1, factor, 0, 0, 1, 0);
  }

  static Affine shearY(double factor) {
    return new Affine(1, 0, 0, factor, 1, 0);
  }

  static Affine translation(double x, double y) {
    return new Affine(1, 0, x, 0, 1, y);
  }

  /** Counter-clockwise about the centre. */
  static Affine rotation(double degrees, int width, int height) {
    double turn = -StrictMath.toRadians(floorMod(degrees));
    double cos = rounded(StrictMath.cos(turn));
    double sin = rounded(StrictMath.sin(turn));
    double minusSin = rounded(-StrictMath.sin(turn));
    double x = width / 2.0;
    double y = height / 2.0;
    return new Affine(cos, sin, cos * -x + sin * -y + x, minusSin, cos, minusSin * -x + cos * -y + y);
  }

  /** Python's remainder, which is not negative. */
  private static double floorMod(double degrees) {
    double remainder = degrees % FULL_TURN;
    return remainder < 0 ? remainder + FULL_TURN : remainder;
  }

  private static double rounded(double value) {
    return new BigDecimal(value).setScale(DECIMALS, RoundingMode.HALF_EVEN).doubleValue();
  }

  boolean isIdentity() {
    return equals(translation(0, 0));
  }

  Image apply(Image image, Resampling resampling, Rgb fill) {
    return switch (resampling) {
      case NEAREST -> AffineNearest.apply(this, image, fill);
      case BILINEAR -> AffineBilinear.apply(this, image, fill);
      case BICUBIC -> AffineBicubic.apply(this, image, fill);
    };
  }

  /** The source column of a pixel's centre. */
  double sourceX(int x, int y) {
    return a * (x + 0.5) + b * (y + 0.5) + c;
  }

  /** The source row of a pixel's centre. */
  double sourceY(int x, int y) {
    return d * (x + 0.5) + e * (y + 0.5) + f;
  }

  static void put(byte[] pixels, int at, Rgb colour) {
    pixels[at] = (byte) colour.red();
    pixels[at + 1] = (byte) colour.green();
    pixels[at + 2] = (byte) colour.blue();
  }
}
