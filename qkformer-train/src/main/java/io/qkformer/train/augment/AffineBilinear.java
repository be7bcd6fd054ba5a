package io.qkformer.train.augment;

import io.qkformer.train.data.Image;
import io.qkformer.train.data.Rgb;

/** An affine transform that weighs two by two pixels; results are truncated, as in Pillow's Geometry.c. */
final class AffineBilinear {
  private AffineBilinear() { }

  static Image apply(Affine map, Image image, Rgb fill) {
    int width = image.width();
    int height = image.height();
    byte[] from = image.bytes();
    byte[] to = new byte[from.length];
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
        double dx = sourceX - 0.5 - column;
        double dy = sourceY - 0.5 - row;
        int left = Math.max(0, column) * Image.CHANNELS;
        int right = Math.min(width - 1, column + 1) * Image.CHANNELS;
        int above = Math.max(0, row) * width * Image.CHANNELS;
        int below = Math.min(height - 1, row + 1) * width * Image.CHANNELS;
        for (int c = 0; c < Image.CHANNELS; c++) {
          double upper = between(from[above + left + c] & 0xFF, from[above + right + c] & 0xFF, dx);
          double lower = between(from[below + left + c] & 0xFF, from[below + right + c] & 0xFF, dx);
          to[target + c] = (byte) (int) (upper + (lower - upper) * dy);
        }
      }
    }
    return Image.wrap(width, height, to);
  }

  private static double between(int first, int second, double share) {
    return first + (second - first) * share;
  }
}
