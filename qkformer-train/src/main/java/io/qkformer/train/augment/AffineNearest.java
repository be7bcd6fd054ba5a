package io.qkformer.train.augment;

import io.qkformer.train.data.Image;
import io.qkformer.train.data.Rgb;
import java.util.Arrays;

/** An affine transform that takes the nearest pixel, with the steps of Pillow's Geometry.c. */
final class AffineNearest {
  private static final int FRACTION_BITS = 16;
  private static final int ONE = 1 << FRACTION_BITS;
  private static final int OUTSIDE = -1;
  /** Beyond it a source coordinate does not fit into 16.16 bits. */
  private static final int FIXED_POINT_LIMIT = 1 << 15;

  private AffineNearest() { }

  static Image apply(Affine map, Image image, Rgb fill) {
    if (map.b() == 0 && map.d() == 0) {
      return aligned(map, image, fill);
    }
    return fitsFixedPoint(map, image) ? fixedPoint(map, image, fill) : exact(map, image, fill);
  }

  private static Image aligned(Affine map, Image image, Rgb fill) {
    int[] columns = positions(map.c() + map.a() * 0.5, map.a(), image.width());
    int[] rows = positions(map.f() + map.e() * 0.5, map.e(), image.height());
    byte[] to = new byte[image.bytes().length];
    int target = 0;
    for (int row : rows) {
      for (int column : columns) {
        take(image, row == OUTSIDE ? OUTSIDE : column, row, to, target, fill);
        target += Image.CHANNELS;
      }
    }
    return Image.wrap(image.width(), image.height(), to);
  }

  private static int[] positions(double start, double step, int size) {
    int[] positions = new int[size];
    Arrays.fill(positions, OUTSIDE);
    double position = start;
    for (int i = 0; i < size; i++) {
      if (position >= 0 && position < size) {
        positions[i] = (int) position;
      }
      position += step;
    }
    return positions;
  }

  private static boolean fitsFixedPoint(Affine map, Image image) {
    return fits(map, 0, 0) && fits(map, image.width(), image.height()) && fits(map, 0, image.height())
        && fits(map, image.width(), 0);
  }

  private static boolean fits(Affine map, int x, int y) {
    return Math.abs(x * map.a() + y * map.b() + map.c()) < FIXED_POINT_LIMIT
        && Math.abs(x * map.d() + y * map.e() + map.f()) < FIXED_POINT_LIMIT;
  }

  private static Image fixedPoint(Affine map, Image image, Rgb fill) {
    byte[] to = new byte[image.bytes().length];
    int stepX = fixed(map.a());
    int stepY = fixed(map.d());
    int startX = fixed(map.c() + map.a() * 0.5 + map.b() * 0.5);
    int startY = fixed(map.f() + map.d() * 0.5 + map.e() * 0.5);
    int target = 0;
    for (int y = 0; y < image.height(); y++) {
      int sourceX = startX;
      int sourceY = startY;
      for (int x = 0; x < image.width(); x++, target += Image.CHANNELS) {
        take(image, sourceX >> FRACTION_BITS, sourceY >> FRACTION_BITS, to, target, fill);
        sourceX += stepX;
        sourceY += stepY;
      }
      startX += fixed(map.b());
      startY += fixed(map.e());
    }
    return Image.wrap(image.width(), image.height(), to);
  }

  private static int fixed(double value) {
    return (int) Math.floor(value * ONE + 0.5);
  }

  private static Image exact(Affine map, Image image, Rgb fill) {
    byte[] to = new byte[image.bytes().length];
    int target = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++, target += Image.CHANNELS) {
        take(image, (int) Math.floor(map.sourceX(x, y)), (int) Math.floor(map.sourceY(x, y)), to, target,
            fill);
      }
    }
    return Image.wrap(image.width(), image.height(), to);
  }

  private static void take(Image image, int column, int row, byte[] to, int target, Rgb fill) {
    if (column < 0 || column >= image.width() || row < 0 || row >= image.height()) {
      Affine.put(to, target, fill);
    } else {
      System.arraycopy(image.bytes(), (row * image.width() + column) * Image.CHANNELS, to, target,
          Image.CHANNELS);
    }
  }
}
