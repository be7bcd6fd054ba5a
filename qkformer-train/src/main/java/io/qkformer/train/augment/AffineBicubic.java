package io.qkformer.train.augment;

import io.qkformer.train.data.Image;
import io.qkformer.train.data.Rgb;

/**
 * An affine transform that weighs four by four pixels by Keys' cubic with a = -1; results are clipped and
 * truncated, as in Pillow's Geometry.c.
 */
final class AffineBicubic {
  private static final int TAPS = 4;

  private AffineBicubic() { }

  static Image apply(Affine map, Image image, Rgb fill) {
    int width = image.width();
    int height = image.height();
    byte[] from = image.bytes();
    byte[] to = new byte[from.length];
    int[] columns = new int[TAPS];
    int[] rows = new int[TAPS];
    int target = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++, target += Image.CHANNELS) {
        double sourceX = map.sourceX(x, y);
        double sourceY = map.sourceY(x, y);
        if (!(sourceX >= 0 && sourceX < width && sourceY >= 0 && sourceY < height)) {
          Affine.put(to, target, fill);
          continue;
        }
        int column = (int) Math.floor(sourceX - 0.5);
        int row = (int) Math.floor(sourceY - 0.5);
        clamped(column - 1, width, Image.CHANNELS, columns);
        clamped(row - 1, height, width * Image.CHANNELS, rows);
        double dx = sourceX - 0.5 - column;
        double dy = sourceY - 0.5 - row;
        for (int c = 0; c < Image.CHANNELS; c++) {
          double value = cubic(line(from, rows[0] + c, columns, dx), line(from, rows[1] + c, columns, dx),
              line(from, rows[2] + c, columns, dx), line(from, rows[3] + c, columns, dx), dy);
          to[target + c] = (byte) (int) Math.max(0, Math.min(255, value));
        }
      }
    }
    return Image.wrap(width, height, to);
  }

  private static void clamped(int first, int size, int pitch, int[] offsets) {
    for (int i = 0; i < TAPS; i++) {
      offsets[i] = Math.max(0, Math.min(size - 1, first + i)) * pitch;
    }
  }

  private static double line(byte[] from, int row, int[] columns, double d) {
    return cubic(from[row + columns[0]] & 0xFF, from[row + columns[1]] & 0xFF, from[row + columns[2]] & 0xFF,
        from[row + columns[3]] & 0xFF, d);
  }

  private static double cubic(double v1, double v2, double v3, double v4, double d) {
    double p2 = -v1 + v3;
    double p3 = 2 * (v1 - v2) + v3 - v4;
    double p4 = -v1 + v2 - v3 + v4;
    return v2 + d * (p2 + d * (p3 + d * p4));
  }
}
