package io.qkformer.train.event.simulate;

import java.util.Objects;

/**
 * How an image is moved before the camera.
 *
 * @param path where it is when
 * @param resampling how it is enlarged and shifted
 */
public record ImageMotion(MotionPath path, Resampling resampling) {
  /** As CIFAR10-DVS was recorded, where images were enlarged with bicubic interpolation. */
  public static final ImageMotion CIFAR10_DVS = new ImageMotion(RclsPath.CIFAR10_DVS, Resampling.BICUBIC);

  /** Checks that nothing is null. */
  public ImageMotion {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(resampling, "resampling");
  }
}
