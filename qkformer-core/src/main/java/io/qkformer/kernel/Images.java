package io.qkformer.kernel;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Selections of numbers of images, ascending. Plain loops: a pass asks for them a few times only, and of streams the JIT
 * compiler makes nothing good for thousands of calls (some 100 us each meanwhile).
 */
final class Images {

  private Images() {}

  /** {@code 0 .. count - 1}. */
  static int[] upTo(int count) {
    int[] images = new int[count];
    for (int image = 0; image < count; image++) {
      images[image] = image;
    }
    return images;
  }

  /** Those of {@code 0 .. count - 1} that are wanted. */
  static int[] where(int count, IntPredicate wanted) {
    return where(upTo(count), wanted);
  }

  /** Those of some that are wanted. */
  static int[] where(int[] some, IntPredicate wanted) {
    int[] images = new int[some.length];
    int found = 0;
    for (int image : some) {
      if (wanted.test(image)) {
        images[found++] = image;
      }
    }
    return Arrays.copyOf(images, found);
  }

  /** The images of one sample at all steps. */
  static int[] ofSample(int sample, int batch, int steps) {
    int[] images = new int[steps];
    for (int step = 0; step < steps; step++) {
      images[step] = step * batch + sample;
    }
    return images;
  }
}
