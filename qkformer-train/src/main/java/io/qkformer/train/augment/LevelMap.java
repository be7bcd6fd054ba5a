package io.qkformer.train.augment;

import io.qkformer.train.reference.TimmRelease;

/**
 * How the magnitude of RandAugment becomes an operation's argument: timm's {@code LEVEL_TO_ARG}. A level is a
 * magnitude over 10.
 */
enum LevelMap {
  NONE(false),
  ROTATE(true),
  SHEAR(true),
  TRANSLATE_ABSOLUTE(true),
  TRANSLATE_RELATIVE(true),
  POSTERIZE(false),
  POSTERIZE_INCREASING(false),
  POSTERIZE_ORIGINAL(false),
  SOLARIZE(false),
  SOLARIZE_INCREASING(false),
  SOLARIZE_ADD(false),
  ENHANCE(false),
  ENHANCE_INCREASING(true),
  DESATURATE(false),
  BLUR(false);

  private static final double LEVELS = 10;
  private static final double DEGREES = 30;
  private static final double SHEAR_FACTOR = 0.3;
  private static final double TRANSLATE_SHARE = 0.45;
  private static final int POSTERIZE_BITS = 4;
  private static final int SOLARIZE_THRESHOLD = 256;
  private static final int SOLARIZE_ADDS = 110;
  private static final int SOLARIZE_ADDS_AT_MOST = 128;
  private static final double ENHANCE_RANGE = 1.8;
  private static final double ENHANCE_LEAST = 0.1;
  private static final double ENHANCE_AWAY = 0.9;

  private final boolean signed;

  LevelMap(boolean signed) {
    this.signed = signed;
  }

  /** Whether the sign matters. */
  boolean isSigned() {
    return signed;
  }

  /** Returns the argument; NaN where there is none. */
  double argument(double magnitude, Sign sign, int translateConst, TimmRelease version) {
    double level = magnitude / LEVELS;
    return switch (this) {
      case NONE -> Double.NaN;
      case ROTATE -> sign.of(level * DEGREES);
      case SHEAR -> sign.of(level * SHEAR_FACTOR);
      case TRANSLATE_ABSOLUTE -> sign.of(level * translateConst);
      case TRANSLATE_RELATIVE -> sign.of(level * TRANSLATE_SHARE);
      case POSTERIZE -> (int) (level * POSTERIZE_BITS);
      case POSTERIZE_INCREASING -> POSTERIZE_BITS - (int) (level * POSTERIZE_BITS);
      case POSTERIZE_ORIGINAL -> (int) (level * POSTERIZE_BITS) + POSTERIZE_BITS;
      case SOLARIZE -> solarize(level, version);
      case SOLARIZE_INCREASING -> SOLARIZE_THRESHOLD - solarize(level, version);
      case SOLARIZE_ADD -> clamped((int) (level * SOLARIZE_ADDS), SOLARIZE_ADDS_AT_MOST, version);
      case ENHANCE -> level * ENHANCE_RANGE + ENHANCE_LEAST;
      case ENHANCE_INCREASING -> Math.max(ENHANCE_LEAST, 1 + sign.of(level * ENHANCE_AWAY));
      case DESATURATE -> between(0.5, 1, level);
      case BLUR -> between(0.1, 2, level);
    };
  }

  private static int solarize(double level, TimmRelease version) {
    return clamped((int) (level * SOLARIZE_THRESHOLD), SOLARIZE_THRESHOLD, version);
  }

  private static int clamped(int value, int most, TimmRelease version) {
    return version == TimmRelease.V1_0 ? Math.min(most, value) : value;
  }

  private static double between(double low, double high, double level) {
    return Math.max(low, Math.min(high, low + (high - low) * level));
  }
}
