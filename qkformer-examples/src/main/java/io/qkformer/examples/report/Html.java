package io.qkformer.examples.report;

import io.qkformer.train.data.Image;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/** Pieces of HTML. All values are escaped. */
public final class Html {

  private static final double PERCENT = 100;

  private Html() {
  }

  /** Text as it stands, within an element or an attribute in double quotes. */
  public static String text(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** A number with a point, whatever the locale. */
  public static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** A PNG file as the source of an image. */
  public static String dataUri(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }

  /** A picture as a PNG file; scaled down where a side is above {@code most} pixels. */
  public static byte[] png(Image image, int most) throws IOException {
    BufferedImage picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    byte[] pixels = image.bytes();
    for (int i = 0; i < image.width() * image.height(); i++) {
      int at = i * Image.CHANNELS;
      picture.setRGB(i % image.width(), i / image.width(),
          (pixels[at] & 0xFF) << 16 | (pixels[at + 1] & 0xFF) << 8 | pixels[at + 2] & 0xFF);
    }
    return png(scaled(picture, most));
  }

  /** A picture as a PNG file. */
  public static byte[] png(BufferedImage picture) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(picture, "png", out)) {
      throw new IOException("this Java cannot write PNG files");
    }
    return out.toByteArray();
  }

  private static BufferedImage scaled(BufferedImage picture, int most) {
    double scale = (double) most / Math.max(picture.getWidth(), picture.getHeight());
    if (scale >= 1) {
      return picture;
    }
    int width = (int) Math.max(1, Math.round(picture.getWidth() * scale));
    int height = (int) Math.max(1, Math.round(picture.getHeight() * scale));
    BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = small.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(picture, 0, 0, width, height, null);
    graphics.dispose();
    return small;
  }

  /** A table of two columns without a heading. */
  public static String facts(List<String[]> facts) {
    StringBuilder html = new StringBuilder("<table class=\"facts\">\n");
    for (String[] fact : facts) {
      html.append("<tr><th>").append(text(fact[0])).append("</th><td>").append(text(fact[1])).append("</td></tr>\n");
    }
    return html.append("</table>\n").toString();
  }

  /**
   * A row of a bar chart: name, bar, value.
   *
   * @param share of the whole width, in [0, 1]
   */
  public static String bar(String name, double share, String value) {
    return "<div class=\"bar\"><span class=\"name\">" + text(name) + "</span><span class=\"track\"><span class=\"fill\" "
        + "style=\"width:" + number("%.2f", PERCENT * Math.max(0, Math.min(1, share))) + "%\"></span></span>"
        + "<span class=\"value\">" + text(value) + "</span></div>\n";
  }
}
