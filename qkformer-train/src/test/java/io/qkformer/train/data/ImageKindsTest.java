package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Unusual kinds of JPEG and PNG files, and files that are something else. */
class ImageKindsTest {
  private static final int WIDTH = 16;
  private static final int HEIGHT = 8;
  /** PNG's signature and its first chunk. */
  private static final int PNG_HEAD = 8 + 25;

  @TempDir
  Path directory;

  private final ImageDecoder decoder = new ImageDecoder(DecodeLimit.DEFAULT);

  @Test
  void progressiveJpegIsReadWhole() throws IOException {
    BufferedImage halves = halves();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam progressive = writer.getDefaultWriteParam();
    progressive.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(halves, null, null), progressive);
    } finally {
      writer.dispose();
    }
    byte[] file = bytes.toByteArray();
    // the frame's marker: progressive, Huffman
    assertThat(new String(file, StandardCharsets.ISO_8859_1)).contains("\u00FF\u00C2");

    assertHalves(decoder.decode(file, "p.jpg"));
    byte[] cut = Arrays.copyOf(file, file.length * 2 / 3);
    assertThatThrownBy(() -> decoder.decode(cut, "p.jpg")).isInstanceOf(DatasetException.class)
        .hasMessageContaining("p.jpg is corrupt");
  }

  /** As torchvision and timm, which don't turn pictures that a camera held upright. */
  @Test
  void theExifOrientationIsLeftAlone() throws IOException {
    byte[] file = TestImages.encode(halves(), "jpg");
    byte[] exif = {(byte) 0xFF, (byte) 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
        // orientation, a short, once: 6 is a quarter turn
        1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0};
    Image image = decoder.decode(inserted(file, 2, exif), "turned.jpg");

    assertThat(image.width()).isEqualTo(WIDTH);
    assertHalves(image);
  }

  @Test
  void sixteenBitColoursAreCutToEight() throws IOException {
    ComponentColorModel model = new ComponentColorModel(ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false,
        BufferedImage.OPAQUE, DataBuffer.TYPE_USHORT);
    WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_USHORT, WIDTH, HEIGHT, 3, null);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      raster.setPixel(i % WIDTH, i / WIDTH, new int[] {0x12FF, 0xAB00, 0xFF80});
    }
    Image image = decoder.decode(
        TestImages.encode(new BufferedImage(model, raster, false, null), "png"), "deep.png");

    assertThat(new int[] {image.value(5, 5, 0), image.value(5, 5, 1), image.value(5, 5, 2)})
        .containsExactly(0x12, 0xAB, 0xFF);
  }

  @Test
  void oneBitIsBlackOrWhite() throws IOException {
    BufferedImage bits = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_BINARY);
    bits.getRaster().setSample(3, 2, 0, 1);
    Image image = decoder.decode(TestImages.encode(bits, "png"), "bits.png");

    assertThat(image.value(3, 2, 1)).isEqualTo(255);
    assertThat(image.value(4, 2, 1)).isZero();
  }

  @Test
  void anAnimatedPngIsItsFirstPicture() throws IOException {
    Image first = TestImages.noise(WIDTH, HEIGHT, 1);
    byte[] file = TestImages.encode(first, "png");
    byte[] frame = {0, 0, 0, 0, 0, 0, 0, WIDTH, 0, 0, 0, HEIGHT, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0};
    byte[] animated = inserted(file, PNG_HEAD, chunk("acTL", new byte[] {0, 0, 0, 2, 0, 0, 0, 0}));
    animated = inserted(animated, animated.length - 12, chunk("fcTL", frame));
    byte[] more = Arrays.copyOfRange(file, PNG_HEAD + 8, file.length - 12 - 4);
    animated = inserted(animated, animated.length - 12,
        chunk("fdAT", ByteBuffer.allocate(4 + more.length).putInt(1).put(more).array()));

    assertThat(decoder.decode(animated, "moving.png")).isEqualTo(first);
  }

  @Test
  void everyFlippedBitOfAPngIsNoticed() {
    byte[] file = TestImages.encode(TestImages.noise(WIDTH, HEIGHT, 1), "png");
    for (int position = 0; position < file.length; position++) {
      byte[] bad = file.clone();
      bad[position] ^= (byte) (1 << position % 8);
      assertThatThrownBy(() -> decoder.decode(bad, "bad.png")).as("byte %d", position)
          .isInstanceOf(DatasetException.class).hasMessageContaining("bad.png");
    }
  }

  @ParameterizedTest
  @EnumSource
  void filesThatAreNoPicturesAreNamedWithWhatTheyHold(ImageFolderDatasetTest.Store store) throws IOException {
    byte[] jpeg = TestImages.encode(halves(), "jpg");
    Path root = store.write(directory, Map.of("train/cat/0.jpg", jpeg, "train/cat/1.jpg", new byte[0],
        "train/cat/2.jpg", "<!DOCTYPE html>".getBytes(StandardCharsets.US_ASCII),
        "train/cat/3.jpg", Arrays.copyOf(jpeg, jpeg.length / 2),
        "train/cat/4.png", new byte[] {(byte) 0x89, 'P', 'N', 'G'}, "train/cat/5.jpg", new byte[] {0, 1, 2}));
    try (ImageFolderDataset dataset = ImageFolderDataset.open(root, Split.TRAIN)) {
      assertHalves(dataset.get(0).image());
      refused(dataset, 1, "1.jpg", "an empty file");
      refused(dataset, 2, "2.jpg", "15 bytes that begin with 3c 21 44 4f '<!DO'");
      refused(dataset, 3, "3.jpg", "corrupt");
      refused(dataset, 4, "4.png", "corrupt");
      refused(dataset, 5, "5.jpg", "3 bytes that begin with 00 01 02");
    }
  }

  private static void refused(Dataset dataset, int index, String file, String what) {
    assertThatThrownBy(() -> dataset.get(index)).isInstanceOf(DatasetException.class)
        .hasMessageContaining("train/cat/" + file).hasMessageContaining(what);
  }

  private static BufferedImage halves() {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      image.setRGB(i % WIDTH, i / WIDTH, i % WIDTH < WIDTH / 2 ? 0xC86428 : 0x1478E6);
    }
    return image;
  }

  private static void assertHalves(Image image) {
    int[] expected = {0xC8, 0x64, 0x28, 0x14, 0x78, 0xE6};
    for (int i = 0; i < expected.length; i++) {
      assertThat(image.value(i < 3 ? 2 : 13, 4, i % 3)).isCloseTo(expected[i], within(5));
    }
  }

  private static byte[] inserted(byte[] file, int position, byte[] more) {
    return ByteBuffer.allocate(file.length + more.length).put(file, 0, position).put(more)
        .put(file, position, file.length - position).array();
  }

  private static byte[] chunk(String type, byte[] data) {
    CRC32 checksum = new CRC32();
    checksum.update(type.getBytes(StandardCharsets.US_ASCII));
    checksum.update(data);
    return ByteBuffer.allocate(12 + data.length).putInt(data.length).put(type.getBytes(StandardCharsets.US_ASCII))
        .put(data).putInt((int) checksum.getValue()).array();
  }
}
