package io.qkformer.train.event.simulate;

import io.qkformer.train.event.EventReader;
import io.qkformer.train.event.Events;
import java.util.Optional;

/** Simulates the events from one frame of a scene to the next, whenever they are asked for. */
final class Recording implements EventReader {
  private final Scene scene;
  private final PixelArray pixels;
  private final int width;
  private float[] picture;
  private int frame;

  Recording(Scene scene, PixelArray pixels, int width) {
    this.scene = scene;
    this.pixels = pixels;
    this.width = width;
  }

  @Override
  public Optional<Events> next() {
    if (picture == null) {
      picture = picture(0);
    }
    while (frame + 1 < scene.frames()) {
      float[] from = picture;
      picture = picture(frame + 1);
      long start = scene.time(frame);
      long first = scene.time(0);
      long[] keys = pixels.advance(start - first, scene.time(frame + 1) - first, from, picture);
      frame++;
      if (keys.length > 0) {
        return Optional.of(events(keys, start));
      }
    }
    return Optional.empty();
  }

  private float[] picture(int index) {
    float[] values = scene.logIntensity(index);
    int expected = width * scene.size().height();
    if (values.length != expected) {
      throw new IllegalArgumentException("frame " + index + " of a scene: expected " + expected + " pixels, got "
          + values.length);
    }
    return values;
  }

  private Events events(long[] keys, long start) {
    long[] t = new long[keys.length];
    char[] x = new char[keys.length];
    char[] y = new char[keys.length];
    byte[] p = new byte[keys.length];
    for (int i = 0; i < keys.length; i++) {
      int pixel = PixelArray.pixel(keys[i]);
      t[i] = start + PixelArray.time(keys[i]);
      x[i] = (char) (pixel % width);
      y[i] = (char) (pixel / width);
      p[i] = (byte) PixelArray.polarity(keys[i]);
    }
    return Events.wrap(t, x, y, p, keys.length);
  }

  @Override
  public void close() { }
}
