package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final ImageDecoder.Size SIZE = new ImageDecoder.Size(16, 8);

  private final ImageDecoder decoder = new ImageDecoder(DecodeLimit.DEFAULT);

  @Property(tries = 50)
  void pngKeepsEveryByte(@ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int width,
      @ForAll @IntRange(min = 1, max = 20) int height) throws IOException {
    Image image = TestImages.noise(width, height, seed);

    Image decoded =
        decoder.decode(TestImages.encode(image, "png"), "a.png", new ImageDecoder.Size(width, height));

    assertThat(decoded).isEqualTo(image);
  }

  @Test
  void jpegKeepsRedRed() throws IOException {
    byte[] pixels = new byte[16 * 8 * 3];
    for (int i = 0; i < pixels.length; i += 3) {
      pixels[i] = (byte) 200;
      pixels[i + 1] = 90;
      pixels[i + 2] = 30;
    }

    byte[] decoded = decode(TestImages.encode(Image.of(16, 8, pixels), "jpg")).toBytes();

    for (int i = 0; i < decoded.length; i++) {
      assertThat(Math.abs((decoded[i] & 0xFF) - (pixels[i] & 0xFF))).isLessThanOrEqualTo(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg"})
  void greyLevelsGoToAllChannelsUnchanged(String format) throws IOException {
    for (int level = 0; level < 256; level += 15) {
      BufferedImage grey = new BufferedImage(16, 8, BufferedImage.TYPE_BYTE_GRAY);
      int[] levels = new int[16 * 8];
      Arrays.fill(levels, level);
      grey.getRaster().setPixels(0, 0, 16, 8, levels);

      // a flat block survives JPEG exactly
      assertThat(decode(TestImages.encode(grey, format))).isEqualTo(TestImages.flat(16, 8, level));
    }
  }

  @Test
  void sixteenBitsAreCutToEight() throws IOException {
    BufferedImage deep = new BufferedImage(16, 8, BufferedImage.TYPE_USHORT_GRAY);
    int[] levels = new int[16 * 8];
    Arrays.fill(levels, 0xABCD);
    deep.getRaster().setPixels(0, 0, 16, 8, levels);

    assertThat(decode(TestImages.encode(deep, "png"))).isEqualTo(TestImages.flat(16, 8, 0xAB));
  }

  @Test
  void transparencyIsLeftOut() throws IOException {
    BufferedImage transparent = new BufferedImage(16, 8, BufferedImage.TYPE_4BYTE_ABGR);
    for (int i = 0; i < 16 * 8; i++) {
      transparent.getRaster().setPixel(i % 16, i / 16, new int[] {50, 50, 50, i});
    }

    assertThat(decode(TestImages.encode(transparent, "png"))).isEqualTo(TestImages.flat(16, 8, 50));
  }

  @Test
  void palettesAreLookedUp() throws IOException {
    byte[] map = {10, 70};
    BufferedImage indexed = new BufferedImage(16, 8, BufferedImage.TYPE_BYTE_INDEXED,
        new IndexColorModel(8, 2, map, map, map));
    int[] ones = new int[16 * 8];
    Arrays.fill(ones, 1);
    indexed.getRaster().setPixels(0, 0, 16, 8, ones);

    assertThat(decode(TestImages.encode(indexed, "png"))).isEqualTo(TestImages.flat(16, 8, 70));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg"})
  void refusesEveryTruncation(String format) {
    byte[] whole = TestImages.encode(TestImages.noise(16, 8, 1), format);

    // the last bytes are only the end marker, without which the picture is still whole
    for (int length = 0; length < whole.length - 24; length += 7) {
      byte[] truncated = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> decode(truncated)).as("%d of %d bytes", length, whole.length)
          .isInstanceOf(DatasetException.class).hasMessageContaining("cat/7.png")
          .hasMessageContaining("corrupt");
    }
  }

  @Test
  void refusesAnotherSize() {
    byte[] larger = TestImages.encode(TestImages.noise(17, 8, 1), "png");

    assertThatThrownBy(() -> decode(larger)).isInstanceOf(DatasetException.class)
        .hasMessageContaining("cat/7.png").hasMessageContaining("expected a 16x8 image, got 17x8");
  }

  @Test
  void refusesOtherFormats() {
    byte[] gif = TestImages.encode(new BufferedImage(16, 8, BufferedImage.TYPE_BYTE_INDEXED), "gif");

    assertThatThrownBy(() -> decode(gif)).isInstanceOf(DatasetException.class)
        .hasMessageContaining("cat/7.png").hasMessageContaining("expected a JPEG or PNG");
  }

  private Image decode(byte[] encoded) throws DatasetException {
    return decoder.decode(encoded, "cat/7.png", SIZE);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ImageDecoderTest.class.getResourceAsStream("/images/" + name)) {
      return in.readAllBytes();
    }
  }

  /** Files by Pillow, two flat halves; the colours are what Pillow decodes. */
  @ParameterizedTest
  @CsvSource({"cmyk.jpg, 49, 190, 216, 235, 135, 25", "ycck.jpg, 32, 225, 41, 164, 0, 8",
      "unnamed-colours.jpg, 199, 40, 10, 20, 120, 231"})
  void unusualColoursOfJpegAreConvertedAsPillowDoes(String file, int red, int green, int blue, int red2, int green2,
      int blue2) throws IOException {
    Image image = decoder.decode(resource(file), file);
    int[] expected = {red, green, blue, red2, green2, blue2};
    for (int i = 0; i < expected.length; i++) {
      assertThat(image.value(i < 3 ? 2 : 13, 4, i % 3)).as("%s %d", file, i).isCloseTo(expected[i], within(1));
    }
  }

  @Test
  void hugePicturesAreRefusedByTheirHeader() {
    byte[] png = TestImages.encode(TestImages.flat(16, 8, 1), "png");
    // width and height, four bytes each, come after the signature and the chunk's head
    png[17] = 1;
    png[21] = 1;
    assertThatThrownBy(() -> decoder.decode(png, "bomb.png")).isInstanceOf(DatasetException.class)
        .hasMessageContaining("bomb.png").hasMessageContaining("65552x65544")
        .hasMessageContaining("raise max_image_pixels of the recipe, or the DecodeLimit");
    assertThatThrownBy(() -> new DecodeLimit(0)).hasMessageContaining("pixels");
  }

  @Test
  void theLimitIsTheCallersToSet() throws IOException {
    Image image = TestImages.noise(16, 8, 0);
    byte[] png = TestImages.encode(image, "png");
    assertThat(new ImageDecoder(new DecodeLimit(128)).decode(png, "a.png")).isEqualTo(image);
    assertThatThrownBy(() -> new ImageDecoder(new DecodeLimit(127)).decode(png, "a.png"))
        .hasMessageContaining("at most 127");
  }
}
