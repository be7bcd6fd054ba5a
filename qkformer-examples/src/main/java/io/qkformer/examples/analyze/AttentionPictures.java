package io.qkformer.examples.analyze;

import io.qkformer.train.analysis.LayerOutput;
import io.qkformer.train.data.Image;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.function.IntPredicate;

/** Figure 3: spikes as black and white rasters, and A_t laid over the image. */
final class AttentionPictures {

  private static final int MARGIN = 12;
  private static final int LABELS = 76;
  private static final int TITLE = 30;
  private static final int LINE = 22;
  /** About how wide rasters and how high images are drawn. */
  private static final int RASTER_WIDTH = 1024;
  private static final int RASTER_HEIGHT = 96;
  private static final int IMAGE_SIDE = 256;
  private static final int STRIP = 14;
  private static final double DIMMED = 0.25;
  private static final Color FRAME = new Color(0x808080);

  private AttentionPictures() {
  }

  /** A_t, K and X' of each step: tokens from left to right, channels of the head downwards, a spike is black. */
  static BufferedImage rasters(AttentionView view, String title) {
    int cell = Math.max(1, RASTER_WIDTH / view.tokens());
    int row = Math.max(1, Math.min(8, RASTER_HEIGHT / view.headWidth()));
    int height = row * view.headWidth();
    int panel = LINE + STRIP + 2 * height + 4 * MARGIN;
    int width = Math.max(view.tokens() * cell, 520);
    BufferedImage image = new BufferedImage(LABELS + width + 2 * MARGIN,
        TITLE + view.steps() * panel + LINE + MARGIN, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = graphics(image, title);
    for (int t = 0; t < view.steps(); t++) {
      int step = t;
      int top = TITLE + t * panel;
      graphics.drawString("step " + (t + 1) + " of " + view.steps(), MARGIN, top + LINE - MARGIN / 2);
      int y = top + LINE;
      raster(image, LABELS, y, view.tokens(), cell, STRIP, token -> view.isAttended(step, token));
      label(graphics, "A_t", LABELS, y, view.tokens() * cell, STRIP);
      y += STRIP + MARGIN;
      channels(image, view, view.keys(), t, y, cell, row);
      label(graphics, "K", LABELS, y, view.tokens() * cell, height);
      y += height + MARGIN;
      channels(image, view, view.attended(), t, y, cell, row);
      label(graphics, "X' = A_t K", LABELS, y, view.tokens() * cell, height);
    }
    graphics.drawString(view.tokens() + " tokens (" + view.height() + " rows of " + view.width()
        + ") from left to right; " + view.headWidth() + " channels downwards; black: a spike", MARGIN,
        image.getHeight() - MARGIN);
    graphics.dispose();
    return image;
  }

  private static void channels(BufferedImage image, AttentionView view, LayerOutput map, int step, int top, int cell,
      int row) {
    for (int c = 0; c < view.headWidth(); c++) {
      int channel = c;
      raster(image, LABELS, top + c * row, view.tokens(), cell, row,
          token -> view.fires(map, step, token, channel));
    }
  }

  private static void raster(BufferedImage image, int left, int top, int count, int cell, int height,
      IntPredicate black) {
    for (int i = 0; i < count; i++) {
      int color = black.test(i) ? 0 : 0xFFFFFF;
      for (int y = top; y < top + height; y++) {
        for (int x = left + i * cell; x < left + (i + 1) * cell; x++) {
          image.setRGB(x, y, color);
        }
      }
    }
  }

  private static void label(Graphics2D graphics, String text, int left, int top, int width, int height) {
    graphics.setColor(FRAME);
    graphics.drawRect(left - 1, top - 1, width + 1, height + 1);
    graphics.setColor(Color.BLACK);
    graphics.drawString(text, MARGIN, top + height / 2 + 5);
  }

  /** The image, and for each step the image where the head's A_t is 0 dimmed. */
  static BufferedImage overlays(AttentionView view, Image shown, String title) {
    int zoom = Math.max(1, IMAGE_SIDE / shown.height());
    int side = zoom * shown.width();
    BufferedImage image = new BufferedImage(MARGIN + (view.steps() + 1) * (side + MARGIN),
        TITLE + LINE + zoom * shown.height() + MARGIN, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = graphics(image, title);
    for (int panel = 0; panel <= view.steps(); panel++) {
      int left = MARGIN + panel * (side + MARGIN);
      graphics.drawString(panel == 0 ? "image" : "step " + panel + ": " + attended(view, panel - 1) + " of "
          + view.tokens() + " tokens", left, TITLE + LINE - MARGIN / 2);
      draw(image, view, shown, panel - 1, left, TITLE + LINE, zoom);
    }
    graphics.dispose();
    return image;
  }

  private static int attended(AttentionView view, int step) {
    int count = 0;
    for (int token = 0; token < view.tokens(); token++) {
      count += view.isAttended(step, token) ? 1 : 0;
    }
    return count;
  }

  /** @param step below 0: the image as it is */
  private static void draw(BufferedImage target, AttentionView view, Image shown, int step, int left, int top,
      int zoom) {
    for (int y = 0; y < shown.height(); y++) {
      for (int x = 0; x < shown.width(); x++) {
        int token = y * view.height() / shown.height() * view.width() + x * view.width() / shown.width();
        double factor = step < 0 || view.isAttended(step, token) ? 1 : DIMMED;
        int color = (int) (factor * shown.value(x, y, 0)) << 16 | (int) (factor * shown.value(x, y, 1)) << 8
            | (int) (factor * shown.value(x, y, 2));
        for (int j = 0; j < zoom; j++) {
          for (int i = 0; i < zoom; i++) {
            target.setRGB(left + x * zoom + i, top + y * zoom + j, color);
          }
        }
      }
    }
  }

  private static Graphics2D graphics(BufferedImage image, String title) {
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    graphics.setColor(Color.BLACK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
    graphics.drawString(title, MARGIN, TITLE - MARGIN);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    return graphics;
  }
}
