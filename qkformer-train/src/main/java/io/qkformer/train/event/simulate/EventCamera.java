package io.qkformer.train.event.simulate;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.event.EventSource;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.EventReader;
import io.qkformer.train.event.SensorSize;
import java.io.IOException;
import java.util.Objects;

/**
 * One simulated event camera: a sensor whose pixels have thresholds of their own, the same in all recordings. What it
 * records is a pure function of (seed, recording, scene), in order of time; times are whole microseconds. Immutable; any
 * number of threads may record.
 *
 * <pre>{@code
 * EventCamera camera = new EventCamera(new SensorSize(64, 64), PixelModel.V2E, 1);
 * Events events = camera.record(new MovingImage(image, ImageMotion.CIFAR10_DVS, camera.size()), 0);
 * }</pre>
 */
public final class EventCamera {
  private static final String ON = "on threshold";
  private static final String OFF = "off threshold";
  private static final String HOT = "hot pixels";
  private static final long MOST_PIXELS = 1 << 24;
  private static final double MICROSECONDS = 1e6;

  private final SensorSize size;
  private final PixelModel model;
  private final long seed;
  private final double[] on;
  private final double[] off;
  private final double[] leak;

  /**
   * Makes a camera.
   *
   * @param size of at most 2^24 pixels
   * @param seed of its mismatch and its noise
   * @throws IllegalArgumentException if it has more pixels
   */
  public EventCamera(SensorSize size, PixelModel model, long seed) {
    this.size = size;
    this.model = Objects.requireNonNull(model, "model");
    this.seed = seed;
    if ((long) size.width() * size.height() > MOST_PIXELS) {
      throw new IllegalArgumentException("size of a simulated camera: expected at most " + MOST_PIXELS + " pixels, got "
          + size);
    }
    this.on = thresholds(ON, model.onThreshold());
    this.off = thresholds(OFF, model.offThreshold());
    this.leak = model.noise().leaks() ? leaks() : null;
  }

  private double[] thresholds(String purpose, double nominal) {
    RandomStream random = RandomStream.of(seed, purpose);
    double[] thresholds = new double[size.width() * size.height()];
    for (int i = 0; i < thresholds.length; i++) {
      thresholds[i] = model.mismatch() == 0 ? nominal
          : Math.max(PixelModel.LEAST_THRESHOLD, nominal + model.mismatch() * random.nextGaussian());
    }
    return thresholds;
  }

  /** By how much each pixel's difference rises in a microsecond without a cause. */
  private double[] leaks() {
    PixelNoise noise = model.noise();
    RandomStream random = RandomStream.of(seed, HOT);
    double[] leaks = new double[on.length];
    for (int i = 0; i < leaks.length; i++) {
      double rate = random.nextDouble() < noise.hotShare() ? noise.hotRate() : noise.leakRate();
      leaks[i] = rate * on[i] / MICROSECONDS;
    }
    return leaks;
  }

  /** Returns the pixels. */
  public SensorSize size() {
    return size;
  }

  /** Returns what a pixel does. */
  public PixelModel model() {
    return model;
  }

  /** Returns the seed of mismatch and noise. */
  public long seed() {
    return seed;
  }

  /**
   * Returns the ON threshold of a pixel.
   *
   * @throws IndexOutOfBoundsException if there is no such pixel
   */
  public double onThreshold(int x, int y) {
    return on[pixel(x, y)];
  }

  /**
   * Returns the OFF threshold of a pixel.
   *
   * @throws IndexOutOfBoundsException if there is no such pixel
   */
  public double offThreshold(int x, int y) {
    return off[pixel(x, y)];
  }

  private int pixel(int x, int y) {
    return Objects.checkIndex(y, size.height()) * size.width() + Objects.checkIndex(x, size.width());
  }

  /**
   * Returns the events of a scene, in memory.
   *
   * @param recording which one; other recordings have other noise
   * @throws IllegalArgumentException if the scene has another size, no frames or does not go on in time
   * @throws IllegalStateException if there are more events than memory may hold
   */
  public Events record(Scene scene, long recording) {
    try {
      return recording(scene, recording).readAll();
    } catch (IOException e) {
      throw new IllegalStateException("a simulation reads no files", e);
    }
  }

  /**
   * Returns the events of a scene, simulated whenever they are read and not held in memory.
   *
   * @param recording which one; other recordings have other noise
   * @throws IllegalArgumentException as {@link #record}
   */
  public EventSource recording(Scene scene, long recording) {
    if (!scene.size().equals(size)) {
      throw new IllegalArgumentException("scene: expected " + size + " pixels as the camera has, got " + scene.size());
    }
    if (scene.frames() < 1) {
      throw new IllegalArgumentException("scene: expected at least 1 frame, got " + scene.frames());
    }
    for (int i = 1; i < scene.frames(); i++) {
      if (scene.time(i) <= scene.time(i - 1)) {
        throw new IllegalArgumentException("times of a scene's frames: expected each to be later, got frame " + i
            + " at " + scene.time(i) + " us after " + scene.time(i - 1) + " us");
      }
    }
    return () -> open(scene, recording);
  }

  private EventReader open(Scene scene, long recording) {
    return new Recording(scene, new PixelArray(this, on, off, leak, recording), size.width());
  }
}
