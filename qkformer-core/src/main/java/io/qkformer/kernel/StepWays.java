package io.qkformer.kernel;

import io.qkformer.kernel.Convolution.Path;
import java.util.Arrays;
import java.util.Set;

/**
 * Which samples a convolution brings to a {@link StepSink}, and how.
 *
 * @param summed of which all steps go by sums of rows
 * @param mixed  of which each step goes by sums of rows or another way
 * @param left   the others
 * @param images the images of the first two that go by sums of rows
 */
record StepWays(int[] summed, int[] mixed, int[] left, int[] images) {

  /**
   * Tells samples apart.
   *
   * @param paths   of the images, step after step
   * @param batch   samples of one step
   * @param mixable the ways that the steps of one sample may go
   */
  static StepWays of(Path[] paths, int batch, Set<Path> mixable) {
    int[] summed = Images.where(batch, sample -> all(paths, batch, sample, Set.of(Path.SPIKES)));
    int[] mixed = Images.where(batch, sample -> Arrays.binarySearch(summed, sample) < 0 && all(paths, batch, sample, mixable));
    int[] left = Images.where(batch, sample ->
        Arrays.binarySearch(summed, sample) < 0 && Arrays.binarySearch(mixed, sample) < 0);
    int[] images = Images.where(paths.length, image ->
        paths[image] == Path.SPIKES && Arrays.binarySearch(left, image % batch) < 0);
    return new StepWays(summed, mixed, left, images);
  }

  private static boolean all(Path[] paths, int batch, int sample, Set<Path> wanted) {
    for (int image = sample; image < paths.length; image += batch) {
      if (!wanted.contains(paths[image])) {
        return false;
      }
    }
    return true;
  }
}
