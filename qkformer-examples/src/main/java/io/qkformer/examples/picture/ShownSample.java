package io.qkformer.examples.picture;

import io.qkformer.train.data.Clip;
import io.qkformer.train.data.ClipDataset;
import io.qkformer.train.data.ClipSample;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.Image;
import io.qkformer.train.data.Sample;
import io.qkformer.train.data.SampleSource;
import io.qkformer.train.event.picture.ClipPictures;
import io.qkformer.train.event.picture.PictureStyle;
import io.qkformer.train.recipe.ImageRecipe;
import io.qkformer.train.recipe.InputRecipe;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sample as pictures: an image itself, or the frames of a clip, ON events red and OFF events blue.
 *
 * @param id     where the sample comes from
 * @param label  its class
 * @param frames an image, or a picture for each step of a clip, all of one size; at least one
 */
public record ShownSample(String id, int label, List<Image> frames) {

  /** One below the other: sheets of any number of frames are cut by rows. */
  private static final PictureStyle COLUMN = new PictureStyle(1, 1, 0, PictureStyle.DEFAULT.frameMillis());
  /** Light grey between frames: no colour of events. */
  private static final byte BETWEEN = (byte) 0xC0;

  /** Copies the list. */
  public ShownSample {
    frames = List.copyOf(frames);
  }

  /**
   * A sample as it is stored.
   *
   * @throws IOException when it cannot be read
   */
  public static ShownSample stored(SampleSource source, int index) throws IOException {
    if (source instanceof ClipDataset clips) {
      ClipSample sample = clips.get(index);
      return new ShownSample(sample.id(), sample.label(), frames(sample.clip()));
    }
    Sample sample = ((Dataset) source).get(index);
    return new ShownSample(sample.id(), sample.label(), List.of(sample.image()));
  }

  /**
   * A sample as a network is shown it in evaluation, before normalisation: images resized and cropped, clips as they are.
   *
   * @throws IOException when it cannot be read
   */
  public static ShownSample evaluated(SampleSource source, int index, InputRecipe input) throws IOException {
    ShownSample stored = stored(source, index);
    return input instanceof ImageRecipe images
        ? new ShownSample(stored.id, stored.label, stored.frames.stream().map(images.evaluation()::apply).toList())
        : stored;
  }

  private static List<Image> frames(Clip clip) {
    BufferedImage sheet = ClipPictures.sheet(clip, COLUMN);
    List<Image> frames = new ArrayList<>();
    for (int t = 0; t < clip.frames(); t++) {
      byte[] pixels = new byte[clip.width() * clip.height() * Image.CHANNELS];
      for (int i = 0; i < clip.width() * clip.height(); i++) {
        int color = sheet.getRGB(i % clip.width(), t * clip.height() + i / clip.width());
        pixels[Image.CHANNELS * i] = (byte) (color >> 16);
        pixels[Image.CHANNELS * i + 1] = (byte) (color >> 8);
        pixels[Image.CHANNELS * i + 2] = (byte) color;
      }
      frames.add(Image.wrap(clip.width(), clip.height(), pixels));
    }
    return frames;
  }

  /** Whether it has a picture for each step. */
  public boolean isMoving() {
    return frames.size() > 1;
  }

  /**
   * What the network sees at a step: of an image, the same at each.
   *
   * @param step from 0 on
   */
  public Image at(int step) {
    return frames.get(isMoving() ? step : 0);
  }

  /** All frames in the order of reading, at most so many side by side, a pixel apart; of an image, itself. */
  public Image sheet(int most) {
    if (!isMoving()) {
      return frames.get(0);
    }
    int columns = Math.min(most, frames.size());
    int rows = (frames.size() + columns - 1) / columns;
    Image first = frames.get(0);
    int width = columns * (first.width() + 1) - 1;
    int height = rows * (first.height() + 1) - 1;
    byte[] pixels = new byte[width * height * Image.CHANNELS];
    Arrays.fill(pixels, BETWEEN);
    int line = first.width() * Image.CHANNELS;
    for (int t = 0; t < frames.size(); t++) {
      int left = t % columns * (first.width() + 1);
      int top = t / columns * (first.height() + 1);
      for (int y = 0; y < first.height(); y++) {
        System.arraycopy(frames.get(t).bytes(), y * line, pixels, ((top + y) * width + left) * Image.CHANNELS, line);
      }
    }
    return Image.wrap(width, height, pixels);
  }
}
