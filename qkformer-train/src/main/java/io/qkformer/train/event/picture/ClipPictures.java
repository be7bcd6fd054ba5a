package io.qkformer.train.event.picture;

import io.qkformer.checkpoint.AtomicFile;
import io.qkformer.train.data.Clip;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Pictures of clips {@code [T, H, W, C = 2]} of an event camera: ON events (channel 1) red, OFF events (channel 0) blue
 * on white, deeper for more of them. Files are complete or absent ({@link AtomicFile}).
 */
public final class ClipPictures {
  /** The most pixels of a picture. */
  private static final long MOST_PIXELS = 1 << 28;
  /** Light grey, between the frames: no colour of events. */
  private static final int GAP = 0xC0C0C0;

  private ClipPictures() { }

  /**
   * Writes a contact sheet: all frames in the order of reading, a PNG file.
   *
   * @throws IllegalArgumentException if C is not 2, a value is no count, or the picture has more than 2^28 pixels
   * @throws IOException if the file cannot be written
   */
  public static void writeSheet(Path target, Clip clip, PictureStyle style) throws IOException {
    BufferedImage sheet = sheet(clip, style);
    AtomicFile.write(target, out -> {
      try (ImageOutputStream stream = memory(out)) {
        ImageIO.write(sheet, "png", stream);
      }
    });
  }

  /**
   * Writes an animation that repeats for ever, a GIF file.
   *
   * @throws IllegalArgumentException as {@link #writeSheet}, or if a side has more than 65,535 pixels
   * @throws IOException if the file cannot be written
   */
  public static void writeAnimation(Path target, Clip clip, PictureStyle style) throws IOException {
    EventColours colours = new EventColours(clip);
    requireSize((long) style.scale() * clip.width(), (long) style.scale() * clip.height());
    AnimatedGif.requireSide(style.scale() * clip.width());
    AnimatedGif.requireSide(style.scale() * clip.height());
    AtomicFile.write(target, out -> {
      try (ImageOutputStream stream = memory(out); AnimatedGif gif = new AnimatedGif(stream, style.frameMillis())) {
        for (int t = 0; t < clip.frames(); t++) {
          gif.add(frame(clip, colours, t, style.scale()));
        }
      }
    });
  }

  private static ImageOutputStream memory(OutputStream out) {
    // not ImageIO's own choice, which would be a file elsewhere
    return new MemoryCacheImageOutputStream(out);
  }

  /**
   * Returns a contact sheet: all frames in the order of reading.
   *
   * @throws IllegalArgumentException as {@link #writeSheet}
   */
  public static BufferedImage sheet(Clip clip, PictureStyle style) {
    EventColours colours = new EventColours(clip);
    int columns = Math.min(style.columns(), clip.frames());
    int rows = (clip.frames() + columns - 1) / columns;
    long stepX = (long) style.scale() * clip.width() + style.gap();
    long stepY = (long) style.scale() * clip.height() + style.gap();
    requireSize(columns * stepX + style.gap(), rows * stepY + style.gap());
    BufferedImage sheet = new BufferedImage((int) (columns * stepX) + style.gap(),
        (int) (rows * stepY) + style.gap(), BufferedImage.TYPE_INT_RGB);
    int[] row = new int[sheet.getWidth()];
    Arrays.fill(row, GAP);
    for (int y = 0; y < sheet.getHeight(); y++) {
      sheet.setRGB(0, y, row.length, 1, row, 0, row.length);
    }
    for (int t = 0; t < clip.frames(); t++) {
      BufferedImage frame = frame(clip, colours, t, style.scale());
      int left = style.gap() + t % columns * (int) stepX;
      int top = style.gap() + t / columns * (int) stepY;
      for (int y = 0; y < frame.getHeight(); y++) {
        frame.getRGB(0, y, frame.getWidth(), 1, row, 0, row.length);
        sheet.setRGB(left, top + y, frame.getWidth(), 1, row, 0, row.length);
      }
    }
    return sheet;
  }

  private static void requireSize(long width, long height) {
    if (width > MOST_PIXELS || height > MOST_PIXELS || width * height > MOST_PIXELS) {
      throw new IllegalArgumentException("picture of a clip: expected at most " + MOST_PIXELS + " pixels, got " + width
          + "x" + height + "; take a smaller scale");
    }
  }

  private static BufferedImage frame(Clip clip, EventColours colours, int t, int scale) {
    BufferedImage frame = new BufferedImage(scale * clip.width(), scale * clip.height(),
        BufferedImage.TYPE_BYTE_INDEXED, EventColours.palette());
    int[] row = new int[frame.getWidth()];
    for (int y = 0; y < clip.height(); y++) {
      for (int x = 0; x < row.length; x++) {
        row[x] = colours.index(t, y, x / scale);
      }
      for (int copy = 0; copy < scale; copy++) {
        frame.getRaster().setPixels(0, y * scale + copy, row.length, 1, row);
      }
    }
    return frame;
  }
}
