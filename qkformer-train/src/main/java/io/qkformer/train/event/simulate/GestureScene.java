package io.qkformer.train.event.simulate;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.event.SensorSize;
import java.util.ArrayList;
import java.util.List;

/**
 * Shapes that move on a plane whose opposite edges meet. Each fades in somewhere, moves, fades out, and another one
 * comes; at what point of such a life a clip begins is random. So at any time any state is as likely as at any other,
 * and a motion and its reverse look the same in a single moment, brighter and darker shapes being equally frequent.
 * Immutable.
 */
final class GestureScene implements Scene {
  /** Part of a clip that a shape lives for. */
  private static final double LIFE = 0.7;
  /** Part of its life in which it fades in, and fades out. */
  private static final double FADE = 0.2;
  /** By the middle of its life, in sides of the sensor. */
  private static final double LEAST_RADIUS = 0.13;
  private static final double GREATEST_RADIUS = 0.2;
  /** What grows has a greater area on average than in the middle of its life: this makes up for it. */
  private static final double GROWING_RADIUS = 0.9;
  /** Thin slivers near the middle of a turn make fewer events than their area says: this makes up for it. */
  private static final double TURNING_PACE = 1.12;
  /** Steps of the natural logarithm. */
  private static final double LEAST_CONTRAST = 0.4;
  private static final double GREATEST_CONTRAST = 1;
  /** Logarithm of the growth in a clip: a factor of 3 in a life, on average. */
  private static final double GROWTH = 1.0986122886681098 / LIFE;
  private static final double SLOWEST = 0.7;
  private static final double FASTEST = 1.3;
  private static final int FEWEST_STEPS = 48;

  private final Gesture gesture;
  private final GestureConfig config;
  private final SensorSize size;
  private final List<Life> lives = new ArrayList<>();

  /**
   * One shape from its coming to its going. Times in clips, lengths in pixels, angles in radians.
   *
   * @param start may be negative
   * @param x in the middle of its life; so are y, angle and radius
   * @param growth rate of the logarithm of its size, if it is the size that changes; other motions change as many pixels
   */
  private record Life(double start, GestureShape shape, double x, double y, double angle, double radius,
      double contrast, double growth) { }

  GestureScene(Gesture gesture, GestureConfig config, SensorSize size, RandomStream random) {
    this.gesture = gesture;
    this.config = config;
    this.size = size;
    for (int i = 0; i < config.shapes(); i++) {
      for (double start = -LIFE * random.nextDouble(); start < 1; start += LIFE) {
        lives.add(draw(start, random));
      }
    }
  }

  private Life draw(double start, RandomStream random) {
    GestureShape[] shapes = GestureShape.values();
    GestureShape shape = shapes[random.nextInt(shapes.length)];
    double x = random.nextDouble(0, size.width());
    double y = random.nextDouble(0, size.height());
    double angle = random.nextDouble(0, 2 * Math.PI);
    double radius = LEAST_RADIUS * StrictMath.pow(GREATEST_RADIUS / LEAST_RADIUS, random.nextDouble()) * side();
    double contrast = random.nextDouble(LEAST_CONTRAST, GREATEST_CONTRAST) * (random.nextInt(2) == 0 ? 1 : -1);
    double growth = GROWTH * random.nextDouble(SLOWEST, FASTEST);
    return new Life(start, shape, x, y, angle, gesture.growing() == 0 ? radius : GROWING_RADIUS * radius, contrast,
        growth);
  }

  private int side() {
    return Math.min(size.width(), size.height());
  }

  @Override
  public SensorSize size() {
    return size;
  }

  @Override
  public int frames() {
    return Math.max(FEWEST_STEPS, side()) + 1;
  }

  @Override
  public long time(int frame) {
    return config.duration() * frame / (frames() - 1);
  }

  @Override
  public float[] logIntensity(int frame) {
    float[] picture = new float[size.width() * size.height()];
    double now = frame / (double) (frames() - 1);
    for (Life life : lives) {
      double age = (now - life.start()) / LIFE;
      if (age > 0 && age < 1) {
        draw(life, age, picture);
      }
    }
    return picture;
  }

  private void draw(Life life, double age, float[] picture) {
    double time = (age - 0.5) * LIFE;
    GestureShape.Sweep sweep = life.shape().sweep();
    double path = sweep.growth() / sweep.translation() * life.radius() * life.growth() * time;
    double x = life.x() + gesture.right() * path;
    double y = life.y() + gesture.down() * path;
    double turned = TURNING_PACE * sweep.growth() / sweep.rotation() * life.growth() * time;
    double angle = life.angle() + gesture.turning() * turned;
    double radius = life.radius() * StrictMath.exp(gesture.growing() * life.growth() * time);
    double contrast = life.contrast() * Math.min(1, Math.min(age, 1 - age) / FADE);
    paint(life.shape(), x, y, angle, radius, contrast, picture);
  }

  private void paint(GestureShape shape, double x, double y, double angle, double radius, double contrast,
      float[] picture) {
    double cos = StrictMath.cos(angle) / radius;
    double sin = StrictMath.sin(angle) / radius;
    int reach = (int) Math.ceil(GestureShape.RADIUS * radius + 1);
    int columns = Math.min(2 * reach + 1, size.width());
    int rows = Math.min(2 * reach + 1, size.height());
    int left = (int) Math.floor(x) - columns / 2;
    int top = (int) Math.floor(y) - rows / 2;
    for (int row = top; row < top + rows; row++) {
      int line = Math.floorMod(row, size.height()) * size.width();
      double dy = row + 0.5 - y;
      for (int column = left; column < left + columns; column++) {
        double dx = column + 0.5 - x;
        double distance = shape.distance(dx * cos + dy * sin, dy * cos - dx * sin) * radius;
        if (distance < 0.5) {
          picture[line + Math.floorMod(column, size.width())] += (float) (contrast * Math.min(1, 0.5 - distance));
        }
      }
    }
  }
}
