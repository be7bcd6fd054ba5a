package io.qkformer.train.data;

import java.util.Arrays;

/**
 * What the segments before the pixels say of a JPEG file's colours (ITU-T T.81, annex B; JFIF; Adobe's
 * APP14).
 *
 * @param components channels of the picture, 0 if no frame header was found
 * @param isRgbByName whether the three components are named R, G and B
 * @param hasJfif whether there is a JFIF segment
 * @param hasExif whether there is an Exif segment
 * @param adobeTransform what Adobe's segment says of the colours, or {@link #NO_ADOBE}
 */
record JpegHeader(int components, boolean isRgbByName, boolean hasJfif, boolean hasExif, int adobeTransform) {
  static final int CMYK_COMPONENTS = 4;
  static final int ADOBE_YCCK = 2;
  static final int NO_ADOBE = -1;

  private static final byte[] JFIF_SEGMENT = {
    (byte) 0xFF, (byte) 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0};
  private static final int START_BYTES = 2;
  private static final int MARKER_BYTES = 2;
  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP14 = 0xEE;
  private static final int START_OF_SCAN = 0xDA;
  private static final int ADOBE_TRANSFORM_AT = 11;

  /** Reads the segments as far as they are whole; damage is the decoder's to report. */
  static JpegHeader of(byte[] file) {
    int components = 0;
    boolean isRgb = false;
    boolean jfif = false;
    boolean exif = false;
    int adobe = NO_ADOBE;
    int at = START_BYTES;
    while (at + 4 <= file.length && (file[at] & 0xFF) == 0xFF) {
      int marker = file[at + 1] & 0xFF;
      if (marker == 0xFF) {
        at++;
        continue;
      }
      if (marker == START_OF_SCAN) {
        break;
      }
      int data = at + MARKER_BYTES + 2;
      int end = at + MARKER_BYTES + ((file[at + 2] & 0xFF) << 8 | file[at + 3] & 0xFF);
      if (end > file.length) {
        break;
      }
      if (marker == APP0) {
        jfif |= startsWith(file, data, end, "JFIF");
      } else if (marker == APP1) {
        exif |= startsWith(file, data, end, "Exif");
      } else if (marker == APP14 && startsWith(file, data, end, "Adobe") && data + ADOBE_TRANSFORM_AT < end) {
        adobe = file[data + ADOBE_TRANSFORM_AT];
      } else if (isFrame(marker) && data + 6 <= end) {
        components = file[data + 5];
        isRgb = components == 3 && data + 15 <= end && file[data + 6] == 'R' && file[data + 9] == 'G'
            && file[data + 12] == 'B';
      }
      at = end;
    }
    return new JpegHeader(components, isRgb, jfif, exif, adobe);
  }

  private static boolean isFrame(int marker) {
    // C4, C8 and CC are tables and a reserved code
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static boolean startsWith(byte[] file, int from, int end, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (from + i >= end || file[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  boolean isCmyk() {
    return components == CMYK_COMPONENTS;
  }

  /**
   * Returns a file that says what libjpeg assumes of three channels that nothing is said of: YCbCr. Java's
   * reader takes them for RGB when they are not subsampled.
   */
  byte[] withColoursNamed(byte[] file) {
    if (components != Image.CHANNELS || isRgbByName || hasJfif || hasExif || adobeTransform != NO_ADOBE) {
      return file;
    }
    byte[] named = Arrays.copyOf(file, file.length + JFIF_SEGMENT.length);
    System.arraycopy(JFIF_SEGMENT, 0, named, START_BYTES, JFIF_SEGMENT.length);
    System.arraycopy(file, START_BYTES, named, START_BYTES + JFIF_SEGMENT.length, file.length - START_BYTES);
    return named;
  }
}
