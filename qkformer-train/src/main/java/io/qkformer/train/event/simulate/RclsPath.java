package io.qkformer.train.event.simulate;

import java.util.Objects;

/**
 * Repeated closed-loop smooth movement, by which CIFAR10-DVS was recorded: the image runs round a diamond of four
 * straight diagonal lines at constant speed, back to where it began, several times without a pause. The middle of the
 * diamond is the image's own place. Source: Li et al., "CIFAR10-DVS: an event-stream dataset for object classification"
 * (Frontiers in Neuroscience 11:309, 2017).
 *
 * @param loops how often, 1 to 1000
 * @param step how far the image moves to the side, and up or down, on each line; in image sides, above 0 and at most 1
 * @param loopTime microseconds of one loop, at least {@code 4 * pointsPerLine}
 * @param pointsPerLine points of time at which the image is drawn on each line, 1 to 1000
 */
public record RclsPath(int loops, double step, long loopTime, int pointsPerLine) implements MotionPath {
  /**
   * Six loops of 200 ms in which the image, shown at 512 x 512 pixels, moves by 10 of them on each line: what the
   * recordings of CIFAR10-DVS last and look like.
   */
  public static final RclsPath CIFAR10_DVS = new RclsPath(6, 10 / 512.0, 200_000, 5);

  private static final int LINES = 4;
  private static final int MOST = 1000;
  private static final long LONGEST = 1_000_000_000;
  /** The corners of the diamond in steps from its middle, in their order. */
  private static final int[] CORNERS_X = {0, 1, 0, -1, 0};
  private static final int[] CORNERS_Y = {-1, 0, 1, 0, -1};

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public RclsPath {
    Checks.within("loops", loops, 1, MOST);
    if (!(step > 0 && step <= 1)) {
      throw new IllegalArgumentException("step: expected above 0 and at most 1 image side, got " + step);
    }
    Checks.within("pointsPerLine", pointsPerLine, 1, MOST);
    Checks.within("loopTime", loopTime, (long) LINES * pointsPerLine, LONGEST);
  }

  @Override
  public int points() {
    return loops * LINES * pointsPerLine + 1;
  }

  @Override
  public long time(int point) {
    return loopTime * Objects.checkIndex(point, points()) / (LINES * pointsPerLine);
  }

  @Override
  public double x(int point) {
    return at(CORNERS_X, point);
  }

  @Override
  public double y(int point) {
    return at(CORNERS_Y, point);
  }

  private double at(int[] corners, int point) {
    int inLoop = Objects.checkIndex(point, points()) % (LINES * pointsPerLine);
    int line = inLoop / pointsPerLine;
    double share = inLoop % pointsPerLine / (double) pointsPerLine;
    return step * (corners[line] + share * (corners[line + 1] - corners[line]));
  }
}
