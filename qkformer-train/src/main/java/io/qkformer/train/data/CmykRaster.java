package io.qkformer.train.data;

import java.awt.image.Raster;

/**
 * RGB from the four channels of a CMYK or YCCK JPEG file, as Pillow does it: values are stored inverted as
 * Adobe does, no colour profile is applied, {@code r = (255-k) - round(c * (255-k) / 255)}.
 */
final class CmykRaster {
  private static final int FULL = 255;
  private static final int CENTRE = 128;
  private static final int FRACTION_BITS = 16;
  private static final int HALF = 1 << FRACTION_BITS - 1;
  // libjpeg's jdcolor.c: 1.402, 1.772, 0.71414 and 0.34414 in 16 fraction bits
  private static final int CR_TO_RED = 91881;
  private static final int CB_TO_BLUE = 116130;
  private static final int CR_TO_GREEN = 46802;
  private static final int CB_TO_GREEN = 22554;

  private CmykRaster() { }

  static Image toRgb(Raster raster, int adobeTransform) {
    int[] values = raster.getPixels(0, 0, raster.getWidth(), raster.getHeight(), (int[]) null);
    byte[] rgb = new byte[raster.getWidth() * raster.getHeight() * Image.CHANNELS];
    for (int from = 0, to = 0; to < rgb.length; from += JpegHeader.CMYK_COMPONENTS, to += Image.CHANNELS) {
      if (adobeTransform == JpegHeader.ADOBE_YCCK) {
        toCmyk(values, from);
      }
      int notBlack = values[from + 3];
      for (int channel = 0; channel < Image.CHANNELS; channel++) {
        int product = (FULL - values[from + channel]) * notBlack + CENTRE;
        rgb[to + channel] = (byte) (notBlack - ((product >> 8) + product >> 8));
      }
    }
    return Image.wrap(raster.getWidth(), raster.getHeight(), rgb);
  }

  private static void toCmyk(int[] values, int at) {
    int y = values[at];
    int cb = values[at + 1] - CENTRE;
    int cr = values[at + 2] - CENTRE;
    values[at] = clip(FULL - (y + (CR_TO_RED * cr + HALF >> FRACTION_BITS)));
    values[at + 1] = clip(FULL - (y + (-CB_TO_GREEN * cb + HALF - CR_TO_GREEN * cr >> FRACTION_BITS)));
    values[at + 2] = clip(FULL - (y + (CB_TO_BLUE * cb + HALF >> FRACTION_BITS)));
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(FULL, value));
  }
}
