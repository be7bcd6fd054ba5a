package io.qkformer.train.data;

/**
 * How large a picture may be that is decoded. A file of a few kilobytes can claim to hold gigapixels (a
 * "decompression bomb"); it is refused by its header, before memory is taken for its pixels.
 *
 * @param pixels the largest width times height
 */
public record DecodeLimit(long pixels) {
  /** What recipes call it, and the command line with dashes: messages name it. */
  public static final String KEY = "max_image_pixels";
  /** Pillow's {@code MAX_IMAGE_PIXELS}: a quarter of a GiB in three bytes each. */
  public static final DecodeLimit DEFAULT = new DecodeLimit(1024L * 1024 * 1024 / 4 / Image.CHANNELS);

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public DecodeLimit {
    if (pixels < 1) {
      throw new IllegalArgumentException("pixels: expected at least 1, got " + pixels);
    }
  }

  /** Checks what a header claims. */
  void check(String file, int width, int height) throws DatasetException {
    if ((long) width * height > pixels) {
      throw new DatasetException(file + ": expected at most " + pixels + " pixels, but its header claims "
          + width + "x" + height + " = " + (long) width * height
          + "; if the file can be trusted, raise " + KEY + " of the recipe, or the DecodeLimit in code");
    }
  }
}
