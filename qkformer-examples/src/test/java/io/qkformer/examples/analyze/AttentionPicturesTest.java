package io.qkformer.examples.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.examples.picture.ShownSample;
import io.qkformer.train.analysis.LayerOutput;
import io.qkformer.train.data.Image;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where spikes and tokens lie in the pictures: two steps, 2 x 2 tokens, two heads of two channels; the second head. */
class AttentionPicturesTest {

  private static final int BLACK = 0xFF000000;
  private static final int WHITE = 0xFFFFFFFF;
  /** A token of a raster of 1024 pixels, and a channel, at most 8. */
  private static final int CELL = 256;
  private static final int ROW = 8;
  private static final int LEFT = 76;
  /** Below the title of 30 and the step's line of 22. */
  private static final int TOP = 52;
  /** Below the strip of A_t of 14 and the margin of 12. */
  private static final int KEYS = TOP + 14 + 12;
  private static final int ATTENDED = KEYS + 2 * ROW + 12;
  private static final int STEP = 22 + 14 + 2 * 2 * ROW + 4 * 12;

  /** The second head lets token 1 through at step 1, token 2 at step 2; the first head lets all through. */
  private static final AttentionView VIEW = new AttentionView(
      map("attn_lif", 2, 1, 0, 1, 1, 1, 0, 1, 0, /* step 2 */ 1, 0, 1, 0, 1, 1, 1, 0),
      // channels 2 and 3 are the second head's
      map("k_lif", 4, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1,
          /* step 2 */ 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1),
      map("attended", 4, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0,
          /* step 2 */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0), 1);

  private static LayerOutput map(String layer, int channels, int... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = values[i];
    }
    return new LayerOutput(layer, new long[] {2, 1, 2, 2, channels}, floats);
  }

  private static int color(BufferedImage picture, int token, int y) {
    return picture.getRGB(LEFT + token * CELL + CELL / 2, y);
  }

  @Test
  void aSpikeIsBlackAndSilenceWhite() {
    BufferedImage rasters = AttentionPictures.rasters(VIEW, "title");

    assertThat(row(rasters, TOP + 7)).containsExactly(WHITE, BLACK, WHITE, WHITE);
    assertThat(row(rasters, KEYS + ROW / 2)).containsExactly(BLACK, WHITE, WHITE, BLACK);
    assertThat(row(rasters, KEYS + ROW + ROW / 2)).containsExactly(WHITE, BLACK, WHITE, BLACK);
    assertThat(row(rasters, ATTENDED + ROW / 2)).containsExactly(WHITE, WHITE, WHITE, WHITE);
    assertThat(row(rasters, ATTENDED + ROW + ROW / 2)).containsExactly(WHITE, BLACK, WHITE, WHITE);

    assertThat(row(rasters, STEP + TOP + 7)).containsExactly(WHITE, WHITE, BLACK, WHITE);
    assertThat(row(rasters, STEP + KEYS + ROW / 2)).containsExactly(WHITE, BLACK, BLACK, WHITE);
    assertThat(row(rasters, STEP + ATTENDED + ROW / 2)).containsExactly(WHITE, WHITE, BLACK, WHITE);
  }

  private static List<Integer> row(BufferedImage picture, int y) {
    return List.of(color(picture, 0, y), color(picture, 1, y), color(picture, 2, y), color(picture, 3, y));
  }

  private static Image plain(int red, int green, int blue) {
    byte[] pixels = new byte[4 * 4 * Image.CHANNELS];
    for (int i = 0; i < 16; i++) {
      pixels[3 * i] = (byte) red;
      pixels[3 * i + 1] = (byte) green;
      pixels[3 * i + 2] = (byte) blue;
    }
    return Image.wrap(4, 4, pixels);
  }

  /** The centres of the tokens of a panel of 256 pixels, row by row. */
  private static List<Integer> panel(BufferedImage picture, int column, int top) {
    int left = 12 + column * (256 + 12);
    return Arrays.asList(picture.getRGB(left + 64, top + 64), picture.getRGB(left + 192, top + 64),
        picture.getRGB(left + 64, top + 192), picture.getRGB(left + 192, top + 192));
  }

  @Test
  void tokensThatAreNotLetThroughAreAQuarterAsBright() {
    BufferedImage overlays = AttentionPictures.overlays(VIEW, new ShownSample("a", 0, List.of(plain(200, 100, 40))),
        "title");

    int bright = 0xFFC86428;
    int dim = 0xFF32190A;
    assertThat(overlays.getWidth()).isEqualTo(12 + 3 * 268);
    assertThat(panel(overlays, 0, TOP)).containsExactly(bright, bright, bright, bright);
    assertThat(panel(overlays, 1, TOP)).containsExactly(dim, bright, dim, dim);
    assertThat(panel(overlays, 2, TOP)).containsExactly(dim, dim, bright, dim);
  }

  @Test
  void eachStepOfAClipLiesOverItsOwnFrame() {
    BufferedImage overlays = AttentionPictures.overlays(VIEW,
        new ShownSample("a", 0, List.of(plain(255, 0, 0), plain(0, 0, 255))), "title");

    int below = TOP + 256 + 12 + 22;
    int red = 0xFFFF0000;
    int darkRed = 0xFF3F0000;
    int blue = 0xFF0000FF;
    int darkBlue = 0xFF00003F;
    assertThat(overlays.getWidth()).isEqualTo(12 + 2 * 268);
    assertThat(panel(overlays, 0, TOP)).containsExactly(red, red, red, red);
    assertThat(panel(overlays, 1, TOP)).containsExactly(blue, blue, blue, blue);
    assertThat(panel(overlays, 0, below)).containsExactly(darkRed, red, darkRed, darkRed);
    assertThat(panel(overlays, 1, below)).containsExactly(darkBlue, darkBlue, blue, darkBlue);
  }
}
