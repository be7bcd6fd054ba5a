package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShapesDatasetTest {
  /** Of the pixels of the first 100 training images of seed 1: others make results incomparable. */
  private static final String PINNED = "bdcb909ed95f1ac41850f82a03150b518c9c4422fc960ec95389a8c1d748c4e0";

  @Test
  void givesTheSameBytesOnEveryPlatform() throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    ShapesDataset shapes = new ShapesDataset(Split.TRAIN, 100, 1);
    for (int i = 0; i < shapes.size(); i++) {
      digest.update(shapes.get(i).image().toBytes());
    }

    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(PINNED);
  }

  @Test
  void noImageComesTwiceInOrAcrossSplitsAndSeeds() {
    Set<Image> images = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      images.add(new ShapesDataset(Split.TRAIN, 200, 1).get(i).image());
      images.add(new ShapesDataset(Split.TEST, 200, 1).get(i).image());
      images.add(new ShapesDataset(Split.TRAIN, 200, 2).get(i).image());
    }

    assertThat(images).hasSize(600);
  }

  @Test
  void aLargerDataSetBeginsWithTheSmallerOne() {
    assertThat(new ShapesDataset(Split.TRAIN, 1000, 4).get(9))
        .isEqualTo(new ShapesDataset(Split.TRAIN, 10, 4).get(9));
  }

  @Test
  void hasTenBalancedClassesOf32By32Pixels() {
    ShapesDataset shapes = new ShapesDataset(Split.TEST, 50, 1);
    int[] counts = new int[shapes.classes()];
    for (int i = 0; i < shapes.size(); i++) {
      counts[shapes.get(i).label()]++;
      assertThat(shapes.get(i).image().width()).isEqualTo(32);
      assertThat(shapes.get(i).image().height()).isEqualTo(32);
    }

    assertThat(counts).hasSize(10).containsOnly(5);
  }

  @Test
  void aLinearClassifierFailsOnShapesThoughNotOnWhatIsLinear() throws IOException {
    Dataset train = CachedDataset.load(new ShapesDataset(Split.TRAIN, 4000, 1), 2, LoadProgress.silent());
    Dataset test = CachedDataset.load(new ShapesDataset(Split.TEST, 1000, 1), 2, LoadProgress.silent());
    LinearProbe probe = LinearProbe.train(train, 2);

    assertThat(probe.accuracy(train)).as("learned something").isGreaterThan(0.2);
    assertThat(probe.accuracy(test)).isLessThan(0.4);
    assertThat(LinearProbe.train(new RampDataset(1000), 20).accuracy(new RampDataset(1000)))
        .isGreaterThan(0.99);
  }

  @Test
  void refusesASizeOfZero() {
    assertThatThrownBy(() -> new ShapesDataset(Split.TRAIN, 0, 1))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("size")
        .hasMessageContaining("got 0");
  }
}
