package io.qkformer.train.event.simulate;

import io.qkformer.train.data.Clip;
import io.qkformer.train.data.Image;
import io.qkformer.train.event.SensorSize;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An image that is moved before the camera. It is enlarged until it covers the sensor, its middle part if the
 * proportions differ; beyond its edges it goes on with its outermost pixels. Brightness is the luma of ITU-R BT.601, as
 * in v2e. An image with more pixels than the sensor should be made smaller first: nothing is averaged. Places where the
 * image comes again are drawn once. Immutable.
 */
public final class MovingImage implements Scene {
  /** The most values of all pictures together, 2^27 (512 MB). */
  private static final long MOST_VALUES = 1 << 27;

  private final SensorSize size;
  private final MotionPath path;
  private final List<float[]> pictures;
  private final int[] pictureAt;

  /** A place of the image. */
  private record Place(double x, double y) { }

  /**
   * Draws the image at all its places.
   *
   * @throws IllegalArgumentException if the path has no points, a place that is no number, or so many places that the
   *     pictures take more than 512 MB
   */
  public MovingImage(Image image, ImageMotion motion, SensorSize size) {
    this.size = Objects.requireNonNull(size, "size");
    this.path = motion.path();
    if (path.points() < 1) {
      throw new IllegalArgumentException("motion path: expected at least 1 point, got " + path.points());
    }
    Map<Place, Integer> places = new LinkedHashMap<>();
    pictureAt = new int[path.points()];
    for (int i = 0; i < pictureAt.length; i++) {
      Place place = new Place(path.x(i), path.y(i));
      if (!Double.isFinite(place.x()) || !Double.isFinite(place.y())) {
        throw new IllegalArgumentException("motion path: expected places that are numbers, got point " + i + " at x="
            + place.x() + ", y=" + place.y());
      }
      int known = places.size();
      pictureAt[i] = places.computeIfAbsent(place, p -> known);
    }
    long most = MOST_VALUES / Clip.size(1, size.height(), size.width(), 1);
    if (places.size() > most) {
      throw new IllegalArgumentException("motion path: expected at most " + most + " different places of an image of "
          + size + ", got " + places.size());
    }
    Luminance luminance = new Luminance(image);
    this.pictures = places.keySet().stream().map(place -> luminance.log(size.width(), size.height(), place.x(),
        place.y(), motion.resampling())).toList();
  }

  @Override
  public SensorSize size() {
    return size;
  }

  @Override
  public int frames() {
    return pictureAt.length;
  }

  @Override
  public long time(int frame) {
    return path.time(frame);
  }

  @Override
  public float[] logIntensity(int frame) {
    return pictures.get(pictureAt[frame]);
  }
}
