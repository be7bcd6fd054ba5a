package io.qkformer.train.event.simulate;

/**
 * The logarithm of brightness as the camera's photoreceptor has it: natural logarithm from 20 on, linear below, so that
 * black has a value. Source: v2e (arXiv 2006.07722), the "lin-log" mapping. A table, interpolated linearly between
 * sixteenths: within 2e-6 of the exact value, and the same on every platform.
 */
public final class LogIntensity {
  private static final int LEVELS = 255;
  private static final int STEPS = 16;
  private static final double LINEAR_BELOW = 20;
  private static final float[] TABLE = table();

  private LogIntensity() { }

  private static float[] table() {
    float[] table = new float[LEVELS * STEPS + 2];
    for (int i = 0; i < table.length; i++) {
      table[i] = (float) exact(i / (double) STEPS);
    }
    return table;
  }

  private static double exact(double brightness) {
    return brightness < LINEAR_BELOW ? brightness * StrictMath.log(LINEAR_BELOW) / LINEAR_BELOW
        : StrictMath.log(brightness);
  }

  /**
   * Returns the logarithm of a brightness.
   *
   * @param brightness 0 to 255; beyond it the nearest of these
   */
  public static float of(float brightness) {
    float position = Math.max(0, Math.min(LEVELS, brightness)) * STEPS;
    int step = (int) position;
    float low = TABLE[step];
    return low + (position - step) * (TABLE[step + 1] - low);
  }
}
