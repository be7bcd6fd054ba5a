package io.qkformer.train.augment;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Image;
import java.util.stream.IntStream;

/** Makes small pictures, and reads them. */
final class Pictures {

  private Pictures() {
  }

  /** One row of greys. */
  static Image row(int... levels) {
    return grey(levels.length, levels);
  }

  /** Greys, row by row. */
  static Image grey(int width, int... levels) {
    int[] values = new int[levels.length * Image.CHANNELS];
    for (int i = 0; i < values.length; i++) {
      values[i] = levels[i / Image.CHANNELS];
    }
    return rgb(width, values);
  }

  /** Red, green and blue of each pixel, row by row. */
  static Image rgb(int width, int... values) {
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      pixels[i] = (byte) values[i];
    }
    return Image.of(width, values.length / Image.CHANNELS / width, pixels);
  }

  static Image noise(int width, int height, long seed) {
    RandomStream random = RandomStream.of(seed, "picture");
    return rgb(width, IntStream.range(0, width * height * Image.CHANNELS)
        .map(i -> random.nextInt(256)).toArray());
  }

  /** The first channel. */
  static int[] reds(Image image) {
    int[] reds = new int[image.width() * image.height()];
    for (int i = 0; i < reds.length; i++) {
      reds[i] = image.value(i % image.width(), i / image.width(), 0);
    }
    return reds;
  }

  /** All values. */
  static int[] values(Image image) {
    byte[] bytes = image.bytes();
    int[] values = new int[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes[i] & 0xFF;
    }
    return values;
  }

  static RandomStream random(long index) {
    return RandomStream.of(3, "augment test", index);
  }
}
