package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** CIFAR-10 as 60,000 JPEG files in a zip file, where the shared folder has it. */
class CifarZipTest {
  private static final Path ZIP =
      Path.of(System.getProperty("qkformer.shared", "../../shared"), "data", "cifar10-jpeg.zip");

  @BeforeEach
  void skipWithoutTheFile() {
    assumeTrue(Files.isRegularFile(ZIP), () -> "skipped: there is no " + ZIP.toAbsolutePath().normalize());
  }

  @Test
  void hasTheSizesAndClassesOfCifar10() throws IOException {
    for (Split split : Split.values()) {
      try (ImageFolderDataset cifar = ImageFolderDataset.open(ZIP, split)) {
        assertThat(cifar.size()).isEqualTo(split == Split.TRAIN ? 50_000 : 10_000);
        assertThat(cifar.classNames()).containsExactly("airplane", "automobile", "bird", "cat", "deer", "dog",
            "frog", "horse", "ship", "truck");
        assertThat(cifar.get(cifar.size() - 1).label()).isEqualTo(9);
      }
    }
  }

  @Test
  void aSampleOfItHasThePublishedMeanBrightness() throws IOException {
    double[] sums = new double[Image.CHANNELS];
    int images = 0;
    try (ImageFolderDataset cifar = ImageFolderDataset.open(ZIP, Split.TRAIN)) {
      for (int i = 0; i < cifar.size(); i += 50, images++) {
        Sample sample = cifar.get(i);
        assertThat(sample.label()).isEqualTo(i / 5000);
        byte[] pixels = sample.image().toBytes();
        for (int p = 0; p < pixels.length; p++) {
          sums[p % Image.CHANNELS] += (pixels[p] & 0xFF) / 255.0 / (32 * 32);
        }
      }
    }

    for (int c = 0; c < Image.CHANNELS; c++) {
      // images' means scatter by about 0.12: 4 standard errors of 1,000 of them
      assertThat(Math.abs(sums[c] / images - Normalization.CIFAR10.mean().get(c))).isLessThan(0.015);
    }
  }
}
