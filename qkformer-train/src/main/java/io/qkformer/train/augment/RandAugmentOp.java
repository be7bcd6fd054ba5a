package io.qkformer.train.augment;

import io.qkformer.train.data.Image;
import io.qkformer.train.data.Rgb;
import io.qkformer.train.reference.TimmRelease;

/**
 * The operations of timm's RandAugment. Those named ...INCREASING change a picture the more the larger the
 * magnitude is; their plain siblings follow the first publications, where for some a larger magnitude changes
 * less.
 *
 * <p>Each does what Pillow's function of that name does, bit for bit.
 */
public enum RandAugmentOp {
  /** Stretches each channel to the full range. */
  AUTO_CONTRAST("AutoContrast", LevelMap.NONE, (image, a, r, f) -> PointOperations.autoContrast(image)),
  /** Makes the levels of each channel equally frequent. */
  EQUALIZE("Equalize", LevelMap.NONE, (image, a, r, f) -> PointOperations.equalize(image)),
  /** The negative. */
  INVERT("Invert", LevelMap.NONE, (image, a, r, f) -> PointOperations.invert(image)),
  /** Turns counter-clockwise about the centre; the argument is in degrees. */
  ROTATE("Rotate", LevelMap.ROTATE,
      (image, a, r, f) -> move(image, Affine.rotation(a, image.width(), image.height()), r, f)),
  /** Keeps so many bits; 0 to 4. */
  POSTERIZE("Posterize", LevelMap.POSTERIZE, (image, a, r, f) -> PointOperations.posterize(image, (int) a)),
  /** Keeps so many bits; 4 to 0. */
  POSTERIZE_INCREASING("PosterizeIncreasing", LevelMap.POSTERIZE_INCREASING, POSTERIZE.action),
  /** Keeps so many bits; 4 to 8. */
  POSTERIZE_ORIGINAL("PosterizeOriginal", LevelMap.POSTERIZE_ORIGINAL, POSTERIZE.action),
  /** Inverts the levels from the argument on; 0 to 256. */
  SOLARIZE("Solarize", LevelMap.SOLARIZE, (image, a, r, f) -> PointOperations.solarize(image, (int) a)),
  /** Inverts the levels from the argument on; 256 to 0. */
  SOLARIZE_INCREASING("SolarizeIncreasing", LevelMap.SOLARIZE_INCREASING, SOLARIZE.action),
  /** Adds the argument to the levels below 128. */
  SOLARIZE_ADD("SolarizeAdd", LevelMap.SOLARIZE_ADD,
      (image, a, r, f) -> PointOperations.solarizeAdd(image, (int) a)),
  /** Colourfulness; 0 is grey, 1 the picture. */
  COLOR("Color", LevelMap.ENHANCE, (image, a, r, f) -> Enhancement.colour(image, a)),
  /** Colourfulness, away from 1 both ways. */
  COLOR_INCREASING("ColorIncreasing", LevelMap.ENHANCE_INCREASING, COLOR.action),
  /** Contrast; 0 is one grey, 1 the picture. */
  CONTRAST("Contrast", LevelMap.ENHANCE, (image, a, r, f) -> Enhancement.contrast(image, a)),
  /** Contrast, away from 1 both ways. */
  CONTRAST_INCREASING("ContrastIncreasing", LevelMap.ENHANCE_INCREASING, CONTRAST.action),
  /** Brightness; 0 is black, 1 the picture. */
  BRIGHTNESS("Brightness", LevelMap.ENHANCE, (image, a, r, f) -> Enhancement.brightness(image, a)),
  /** Brightness, away from 1 both ways. */
  BRIGHTNESS_INCREASING("BrightnessIncreasing", LevelMap.ENHANCE_INCREASING, BRIGHTNESS.action),
  /** Sharpness; 0 is smoothed, 1 the picture. */
  SHARPNESS("Sharpness", LevelMap.ENHANCE, (image, a, r, f) -> Enhancement.sharpness(image, a)),
  /** Sharpness, away from 1 both ways. */
  SHARPNESS_INCREASING("SharpnessIncreasing", LevelMap.ENHANCE_INCREASING, SHARPNESS.action),
  /** Shifts each row by the argument times its distance from the upper edge. */
  SHEAR_X("ShearX", LevelMap.SHEAR, (image, a, r, f) -> move(image, Affine.shearX(a), r, f)),
  /** Shifts each column by the argument times its distance from the left edge. */
  SHEAR_Y("ShearY", LevelMap.SHEAR, (image, a, r, f) -> move(image, Affine.shearY(a), r, f)),
  /** Moves to the left by so many pixels. */
  TRANSLATE_X("TranslateX", LevelMap.TRANSLATE_ABSOLUTE,
      (image, a, r, f) -> move(image, Affine.translation(a, 0), r, f)),
  /** Moves up by so many pixels. */
  TRANSLATE_Y("TranslateY", LevelMap.TRANSLATE_ABSOLUTE,
      (image, a, r, f) -> move(image, Affine.translation(0, a), r, f)),
  /** Moves to the left by this share of the width. */
  TRANSLATE_X_REL("TranslateXRel", LevelMap.TRANSLATE_RELATIVE,
      (image, a, r, f) -> move(image, Affine.translation(a * image.width(), 0), r, f)),
  /** Moves up by this share of the height. */
  TRANSLATE_Y_REL("TranslateYRel", LevelMap.TRANSLATE_RELATIVE,
      (image, a, r, f) -> move(image, Affine.translation(0, a * image.height()), r, f)),
  /** Takes this share of the colourfulness away (timm 1.0 only). */
  DESATURATE("Desaturate", LevelMap.DESATURATE,
      (image, a, r, f) -> Enhancement.colour(image, Math.max(0, Math.min(1, 1 - a)))),
  /** Blurs by a standard deviation in pixels (timm 1.0 only). */
  GAUSSIAN_BLUR("GaussianBlur", LevelMap.BLUR, (image, a, r, f) -> GaussianBlur.apply(image, a));

  private interface Action {
    Image apply(Image image, double argument, Resampling resampling, Rgb fill);
  }

  private final String timmName;
  private final LevelMap levels;
  private final Action action;

  RandAugmentOp(String timmName, LevelMap levels, Action action) {
    this.timmName = timmName;
    this.levels = levels;
    this.action = action;
  }

  private static Image move(Image image, Affine map, Resampling resampling, Rgb fill) {
    return map.isIdentity() ? image : map.apply(image, resampling, fill);
  }

  /** Returns timm's name of the operation, such as {@code TranslateXRel}. */
  public String timmName() {
    return timmName;
  }

  /**
   * Returns the operation of timm's name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static RandAugmentOp named(String timmName) {
    for (RandAugmentOp op : values()) {
      if (op.timmName.equals(timmName)) {
        return op;
      }
    }
    throw new IllegalArgumentException("operation: expected a name of timm's RandAugment such as ShearX, got "
        + timmName);
  }

  /** Returns whether the operation takes an argument. */
  public boolean hasArgument() {
    return levels != LevelMap.NONE;
  }

  /** Returns whether the operation goes both ways, at random. */
  public boolean isSigned() {
    return levels.isSigned();
  }

  /**
   * Returns the argument for a magnitude; NaN if the operation takes none.
   *
   * @param magnitude from 0; customarily up to 10
   * @param sign ignored unless {@link #isSigned}
   * @param translateConst pixels that TranslateX and TranslateY move by at magnitude 10
   * @param version timm 1.0 keeps the arguments of Solarize, SolarizeIncreasing and SolarizeAdd within bounds
   *     beyond magnitude 10
   */
  public double argument(double magnitude, Sign sign, int translateConst, TimmRelease version) {
    return levels.argument(magnitude, sign, translateConst, version);
  }

  /**
   * Changes an image.
   *
   * @param argument see {@link #argument}; ignored by operations without one
   * @param resampling used by those that move the picture
   * @param fill what lies outside a picture that is moved
   * @return the changed image, or the same one if nothing changes
   */
  public Image apply(Image image, double argument, Resampling resampling, Rgb fill) {
    return action.apply(image, argument, resampling, fill);
  }
}
