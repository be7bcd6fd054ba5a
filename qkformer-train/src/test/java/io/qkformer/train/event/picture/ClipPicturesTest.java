package io.qkformer.train.event.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.data.Clip;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipPicturesTest {
  private static final int T = 5;
  private static final int WHITE = 0xFFFFFF;
  private static final int RED = 0xFF0000;
  private static final int BLUE = 0x0000FF;

  @TempDir
  Path folder;

  /** Frame t has 4 ON events at (t, 0), 4 OFF events at (0, 1), both at (5, 2), one ON event at (3, 3). */
  private static Clip clip() {
    float[] values = new float[Clip.size(T, 4, 6, 2)];
    for (int t = 0; t < T; t++) {
      int frame = t * 4 * 6;
      values[(frame + t) * 2 + 1] = 4;
      values[(frame + 6) * 2] = 4;
      values[(frame + 2 * 6 + 5) * 2] = 4;
      values[(frame + 2 * 6 + 5) * 2 + 1] = 4;
      values[(frame + 3 * 6 + 3) * 2 + 1] = 1;
    }
    return Clip.wrap(T, 4, 6, 2, values);
  }

  private static int rgb(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & WHITE;
  }

  private static void assertShows(BufferedImage image, int left, int top, int scale, int t) {
    for (int dy = 0; dy < scale; dy++) {
      assertThat(rgb(image, left + t * scale + dy, top + dy)).isEqualTo(RED);
      assertThat(rgb(image, left + dy, top + scale + dy)).isEqualTo(BLUE);
      assertThat(rgb(image, left + (t + 1) % 5 * scale + dy, top + dy)).isEqualTo(WHITE);
    }
    int both = rgb(image, left + 5 * scale, top + 2 * scale);
    assertThat(both >> 16).isEqualTo(both & 0xFF).isBetween(100, 150);
    int pale = rgb(image, left + 3 * scale, top + 3 * scale);
    assertThat(pale >> 16).isEqualTo(0xFF);
    assertThat(pale & 0xFF).isBetween(180, 210);
  }

  @Test
  void aSheetShowsAllFrames() throws IOException {
    Path file = folder.resolve("sheet.png");
    Files.writeString(file, "old");
    ClipPictures.writeSheet(file, clip(), new PictureStyle(3, 2, 4, 100));

    BufferedImage image = ImageIO.read(file.toFile());
    assertThat(image.getWidth()).isEqualTo(2 * 18 + 3 * 4);
    assertThat(image.getHeight()).isEqualTo(3 * 12 + 4 * 4);
    for (int t = 0; t < T; t++) {
      assertShows(image, 4 + t % 2 * 22, 4 + t / 2 * 16, 3, t);
    }
    assertThat(rgb(image, 0, 0)).isEqualTo(rgb(image, 30, 40)).isNotEqualTo(WHITE);
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
  }

  @Test
  void anAnimationShowsOneFrameAfterTheOther() throws IOException {
    Path file = folder.resolve("clip.gif");
    ClipPictures.writeAnimation(file, clip(), new PictureStyle(2, 1, 0, 70));

    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(in);
      assertThat(reader.getNumImages(true)).isEqualTo(T);
      for (int t = 0; t < T; t++) {
        BufferedImage frame = reader.read(t);
        assertThat(frame.getWidth()).isEqualTo(12);
        assertThat(frame.getHeight()).isEqualTo(8);
        assertShows(frame, 0, 0, 2, t);
        IIOMetadataNode root = (IIOMetadataNode) reader.getImageMetadata(t).getAsTree("javax_imageio_gif_image_1.0");
        IIOMetadataNode control = (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
        assertThat(control.getAttribute("delayTime")).isEqualTo("7");
      }
    } finally {
      reader.dispose();
    }
    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
        .startsWith("GIF89a").containsOnlyOnce("NETSCAPE2.0");
  }

  @Test
  void oneHotPixelDoesNotMakeTheRestPale() {
    float[] values = new float[Clip.size(1, 20, 20, 2)];
    for (int i = 0; i < 400; i++) {
      values[2 * i + 1] = 2;
    }
    values[1] = 10_000;
    BufferedImage image = ClipPictures.sheet(Clip.wrap(1, 20, 20, 2, values), new PictureStyle(1, 1, 0, 100));

    assertThat(rgb(image, 0, 0)).isEqualTo(RED);
    assertThat(rgb(image, 10, 10)).isEqualTo(RED);
  }

  @Test
  void aClipWithoutEventsIsWhite() {
    BufferedImage image = ClipPictures.sheet(Clip.wrap(1, 2, 2, 2, new float[8]), new PictureStyle(1, 8, 0, 100));
    assertThat(image.getWidth()).isEqualTo(2);
    assertThat(rgb(image, 1, 1)).isEqualTo(WHITE);
  }

  @Test
  void refusesWhatItCannotDraw() {
    Path file = folder.resolve("a.gif");
    Clip three = Clip.wrap(1, 1, 1, 3, new float[3]);
    assertThatThrownBy(() -> ClipPictures.writeSheet(file, three, PictureStyle.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll("C = 2", "C=3");
    assertThatThrownBy(() -> ClipPictures.writeAnimation(file, Clip.wrap(1, 1, 1, 2, new float[] {0, -1}),
        PictureStyle.DEFAULT)).hasMessageContaining("at least 0, got -1.0");
    assertThatThrownBy(() -> ClipPictures.sheet(Clip.wrap(1, 1, 1, 2, new float[] {Float.NaN, 0}),
        PictureStyle.DEFAULT)).hasMessageContaining("NaN");
    Clip wide = Clip.wrap(1, 1, 2000, 2, new float[4000]);
    assertThatThrownBy(() -> ClipPictures.writeAnimation(file, wide, PictureStyle.DEFAULT.withScale(64)))
        .hasMessageContaining("65535 pixels, got 128000");
    Clip large = Clip.wrap(1, 1000, 1000, 2, new float[2_000_000]);
    assertThatThrownBy(() -> ClipPictures.sheet(large, PictureStyle.DEFAULT.withScale(20)))
        .hasMessageContaining("20004x20004");
    assertThat(folder).isEmptyDirectory();
    assertThatThrownBy(() -> new PictureStyle(0, 1, 0, 100)).hasMessageContaining("scale: expected 1 to 64, got 0");
    assertThatThrownBy(() -> new PictureStyle(1, 0, 0, 100)).hasMessageContaining("columns");
    assertThatThrownBy(() -> new PictureStyle(1, 1, -1, 100)).hasMessageContaining("gap");
    assertThatThrownBy(() -> new PictureStyle(1, 1, 0, 15)).hasMessageContaining("multiple of 10");
  }
}
