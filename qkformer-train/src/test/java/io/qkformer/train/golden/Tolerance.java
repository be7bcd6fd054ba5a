package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How far a result may be from a golden one.
 *
 * @param abs       largest allowed |difference|
 * @param rel       plus so much times |expected|
 * @param pixelsOff number of pixels that may differ by any amount; a pixel is the last axis of a picture
 */
record Tolerance(double abs, double rel, int pixelsOff) {

  static Tolerance of(JsonNode node) {
    assertThat(node.fieldNames()).toIterable().as("what a tolerance may hold").isSubsetOf("abs", "rel", "pixels_off");
    return new Tolerance(node.path("abs").asDouble(0), node.path("rel").asDouble(0), node.path("pixels_off").asInt(0));
  }

  /** Compares bytes with a picture or a batch of pictures. */
  void check(String what, byte[] actual, NpyArray expected) {
    double[] values = new double[actual.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Byte.toUnsignedInt(actual[i]);
    }
    check(what, values, expected);
  }

  /** Compares floats. */
  void check(String what, float[] actual, NpyArray expected) {
    double[] values = new double[actual.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = actual[i];
    }
    check(what, values, expected);
  }

  /** Compares, element by element. */
  void check(String what, double[] actual, NpyArray expected) {
    double[] wanted = expected.values();
    assertThat(actual.length).as("number of elements of %s", what).isEqualTo(wanted.length);
    int channels = pixelsOff == 0 ? 1 : expected.shape()[expected.shape().length - 1];
    int off = 0;
    int first = -1;
    for (int pixel = 0; pixel < wanted.length / channels; pixel++) {
      for (int i = pixel * channels; i < (pixel + 1) * channels; i++) {
        if (!near(actual[i], wanted[i])) {
          first = off == 0 ? i : first;
          off++;
          break;
        }
      }
    }
    assertThat(off).as("%s: elements or pixels beyond %s, the first at %d: %s, expected %s", what, this, first,
        first < 0 ? "" : actual[first], first < 0 ? "" : wanted[first]).isLessThanOrEqualTo(pixelsOff);
  }

  /** Compares one number. */
  void check(String what, double actual, double expected) {
    assertThat(near(actual, expected)).as("%s: %s, expected %s within %s", what, actual, expected, this).isTrue();
  }

  private boolean near(double actual, double expected) {
    // also for equal infinities, whose difference is NaN
    return actual == expected || Math.abs(actual - expected) <= abs + rel * Math.abs(expected);
  }
}
