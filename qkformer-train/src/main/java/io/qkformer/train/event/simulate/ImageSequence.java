package io.qkformer.train.event.simulate;

import io.qkformer.train.data.Image;
import io.qkformer.train.event.SensorSize;
import java.util.List;
import java.util.Objects;

/**
 * Images shown one after the other at a constant rate, each enlarged or cut to the sensor as {@link MovingImage} does.
 * The logarithm of brightness changes linearly from one to the next, so motion of more than a pixel between two images
 * becomes a cross-fade: take a high rate. Immutable.
 */
public final class ImageSequence implements Scene {
  private final List<Image> images;
  private final long interval;
  private final SensorSize size;
  private final Resampling resampling;

  /**
   * Creates a sequence; the first image is seen at time 0.
   *
   * @param images at least 1
   * @param interval microseconds from one to the next, at least 1
   * @throws IllegalArgumentException if there is no image or the interval is below 1
   */
  public ImageSequence(List<Image> images, long interval, SensorSize size, Resampling resampling) {
    this.images = List.copyOf(images);
    this.interval = interval;
    this.size = Objects.requireNonNull(size, "size");
    this.resampling = Objects.requireNonNull(resampling, "resampling");
    if (this.images.isEmpty()) {
      throw new IllegalArgumentException("images: expected at least 1, got none");
    }
    Checks.within("interval", interval, 1, Long.MAX_VALUE / this.images.size());
  }

  @Override
  public SensorSize size() {
    return size;
  }

  @Override
  public int frames() {
    return images.size();
  }

  @Override
  public long time(int frame) {
    return interval * Objects.checkIndex(frame, images.size());
  }

  @Override
  public float[] logIntensity(int frame) {
    return new Luminance(images.get(frame)).log(size.width(), size.height(), 0, 0, resampling);
  }
}
