package io.qkformer.train.golden;

import java.util.Map;

/** The golden cases about pictures: decoding, resizing, cropping, RandAugment, erasing, normalising. */
final class ImageCases {

  static final Map<String, AugmentGoldenTest.Runner> RUNNERS = Map.of();

  private ImageCases() {
  }
}
