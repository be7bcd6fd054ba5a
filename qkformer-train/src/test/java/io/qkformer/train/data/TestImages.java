package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/** Makes images, image files and zip files for the tests. */
final class TestImages {
  private TestImages() { }

  /** An image of unrelated bytes. */
  static Image noise(int width, int height, long seed) {
    RandomStream random = RandomStream.of(seed, "test image");
    byte[] pixels = new byte[width * height * Image.CHANNELS];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    return Image.of(width, height, pixels);
  }

  /** An image all of whose bytes are the same. */
  static Image flat(int width, int height, int value) {
    byte[] pixels = new byte[width * height * Image.CHANNELS];
    Arrays.fill(pixels, (byte) value);
    return Image.of(width, height, pixels);
  }

  static byte[] encode(Image image, String format) {
    BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        buffered.getRaster().setPixel(x, y,
            new int[] {image.value(x, y, 0), image.value(x, y, 1), image.value(x, y, 2)});
      }
    }
    return encode(buffered, format);
  }

  static byte[] encode(BufferedImage image, String format) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalStateException("no writer of " + format);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Two classes of two training and one test image each, 6x4 pixels, all different. */
  static Map<String, byte[]> twoClasses() {
    Map<String, byte[]> files = new TreeMap<>();
    int seed = 0;
    for (String file : new String[] {"train/cat/1.png", "train/cat/2.png", "train/dog/1.png",
        "train/dog/2.png", "test/cat/1.png", "test/dog/1.png"}) {
      files.put(file, encode(noise(6, 4, seed++), "png"));
    }
    return files;
  }

  static Path writeDirectory(Path root, Map<String, byte[]> files) throws IOException {
    for (var file : files.entrySet()) {
      Path path = root.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    return root;
  }

  static Path writeZip(Path zip, Map<String, byte[]> files) throws IOException {
    try (OutputStream out = Files.newOutputStream(zip); ZipOutputStream entries = new ZipOutputStream(out)) {
      for (var file : files.entrySet()) {
        entries.putNextEntry(new ZipEntry(file.getKey()));
        entries.write(file.getValue());
        entries.closeEntry();
      }
    }
    return zip;
  }
}
