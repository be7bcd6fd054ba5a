package io.qkformer.examples.analyze;

import io.qkformer.examples.picture.ShownSample;
import io.qkformer.train.analysis.LayerOutput;
import io.qkformer.train.data.Image;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.function.IntPredicate;

/** Figure 3: spikes as black and white rasters, and A_t laid over the image or frames. */
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

  /**
   * The sample, and for each step what the network sees there, dimmed where the head's A_t is 0. An image stands to the left
   * of its steps; a clip's frames stand above theirs.
   */
  static BufferedImage overlays(AttentionView view, ShownSample sample, String title) {
    Image first = sample.at(0);
    int zoom = Math.max(1, IMAGE_SIDE / first.height());
    int across = zoom * first.width() + MARGIN;
    int down = LINE + zoom * first.height() + MARGIN;
    boolean moving = sample.isMoving();
    int columns = moving ? view.steps() : view.steps() + 1;
    BufferedImage image = new BufferedImage(MARGIN + columns * across, TITLE + (moving ? 2 : 1) * down,
        BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = graphics(image, title);
    for (int plain = 0; plain < sample.frames().size(); plain++) {
      int left = MARGIN + plain * across;
      graphics.drawString(moving ? "frame " + (plain + 1) : "image", left, TITLE + LINE - MARGIN / 2);
      frame(graphics, left, TITLE + LINE, zoom, first);
      draw(image, sample.at(plain), token -> true, view, new Place(left, TITLE + LINE, zoom));
    }
    for (int t = 0; t < view.steps(); t++) {
      int step = t;
      int left = MARGIN + (moving ? t : t + 1) * across;
      int top = TITLE + LINE + (moving ? down : 0);
      graphics.drawString("step " + (t + 1) + ": " + attended(view, t) + " of " + view.tokens() + " tokens", left,
          top - MARGIN / 2);
      frame(graphics, left, top, zoom, first);
      draw(image, sample.at(t), token -> view.isAttended(step, token), view, new Place(left, top, zoom));
    }
    graphics.dispose();
    return image;
  }

  /** Where a picture is drawn, and how many pixels for one. */
  private record Place(int left, int top, int zoom) {
  }

  /** Frames of events are white where nothing moves, as the page is. */
  private static void frame(Graphics2D graphics, int left, int top, int zoom, Image shown) {
    graphics.setColor(FRAME);
    graphics.drawRect(left - 1, top - 1, zoom * shown.width() + 1, zoom * shown.height() + 1);
    graphics.setColor(Color.BLACK);
  }

  private static int attended(AttentionView view, int step) {
    int count = 0;
    for (int token = 0; token < view.tokens(); token++) {
      count += view.isAttended(step, token) ? 1 : 0;
    }
    return count;
  }

  private static void draw(BufferedImage target, Image shown, IntPredicate bright, AttentionView view, Place place) {
    int zoom = place.zoom();
    for (int y = 0; y < shown.height(); y++) {
      for (int x = 0; x < shown.width(); x++) {
        int token = y * view.height() / shown.height() * view.width() + x * view.width() / shown.width();
        double factor = bright.test(token) ? 1 : DIMMED;
        int color = (int) (factor * shown.value(x, y, 0)) << 16 | (int) (factor * shown.value(x, y, 1)) << 8
            | (int) (factor * shown.value(x, y, 2));
        for (int j = 0; j < zoom; j++) {
          for (int i = 0; i < zoom; i++) {
            target.setRGB(place.left() + x * zoom + i, place.top() + y * zoom + j, color);
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
