package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class ValueTypesTest {
  @Test
  void imageGivesItsBytesUnsignedByRowColumnAndChannel() {
    Image image = Image.of(2, 1, new byte[] {1, 2, 3, (byte) 200, (byte) 255, 6});

    assertThat(image.value(0, 0, 2)).isEqualTo(3);
    assertThat(image.value(1, 0, 0)).isEqualTo(200);
    assertThat(image.value(1, 0, 1)).isEqualTo(255);
    assertThatThrownBy(() -> image.value(2, 0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void imageKeepsItsPixelsToItself() {
    byte[] pixels = new byte[12];
    Image image = Image.of(2, 2, pixels);
    pixels[0] = 1;
    image.toBytes()[1] = 1;

    assertThat(image).isEqualTo(TestImages.flat(2, 2, 0));
    assertThat(image).isNotEqualTo(Image.of(4, 1, new byte[12])).isNotEqualTo(TestImages.flat(2, 2, 1));
  }

  @Test
  void imageRefusesAWrongNumberOfBytes() {
    assertThatThrownBy(() -> Image.of(2, 2, new byte[4])).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 12 bytes, got 4");
    assertThatThrownBy(() -> Image.of(0, 2, new byte[0])).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0x2");
  }

  @Test
  void sampleRefusesANegativeLabel() {
    assertThatThrownBy(() -> new Sample("a.png", -1, TestImages.flat(1, 1, 0)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("a.png")
        .hasMessageContaining("-1");
  }

  @Test
  void normalizationMapsBytesAsTorchvisionDoes() {
    float[][] table = Normalization.CIFAR10.table();

    // (v / 255 - mean) / std by hand
    assertThat((double) table[0][0]).isCloseTo(-1.98947368, within(1e-6));
    assertThat((double) table[1][128]).isCloseTo(0.08115312, within(1e-6));
    assertThat((double) table[2][255]).isCloseTo(2.11582569, within(1e-6));
  }

  @Test
  void normalizationOfUnitBrightnessRunsFromZeroToOne() {
    assertThat(Normalization.UNIT.table()[1][0]).isZero();
    assertThat(Normalization.UNIT.table()[1][255]).isEqualTo(1);
  }

  @Test
  void normalizationRefusesADeviationOfZeroAndAMissingChannel() {
    List<Double> three = List.of(0.5, 0.5, 0.5);
    assertThatThrownBy(() -> new Normalization(three, List.of(1.0, 0.0, 1.0)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("std")
        .hasMessageContaining("[1.0, 0.0, 1.0]");
    assertThatThrownBy(() -> new Normalization(List.of(0.5), three))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("mean");
  }

  private static List<String> ids(int count) {
    return Collections.nCopies(count, "id");
  }

  @Test
  void batchRefusesWhatIsNoBatchOfImagesOrClips() {
    assertThatThrownBy(() -> new Batch(Nd4j.zeros(DataType.FLOAT, 2, 3, 4, 4), new int[3], new int[3], ids(3)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("FLOAT [T0, B, H, W, C]")
        .hasMessageContaining("[2, 3, 4, 4]");
    assertThatThrownBy(() -> new Batch(Nd4j.zeros(DataType.DOUBLE, 1, 2, 4, 4, 3), new int[2], new int[2], ids(2)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("got DOUBLE");
    assertThatThrownBy(() -> new Batch(Nd4j.zeros(DataType.FLOAT, 1, 2, 4, 4, 3), new int[3], new int[2], ids(2)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("B=2")
        .hasMessageContaining("3 labels");
    assertThatThrownBy(() -> new Batch(Nd4j.zeros(DataType.FLOAT, 1, 2, 4, 4, 3), new int[2], new int[2], ids(1)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1 ids");
    assertThatThrownBy(() -> new Batch(Nd4j.zeros(DataType.FLOAT, 2, 3, 4, 4, 2), new int[2], new int[2], ids(2)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("B=3");
  }

  @Test
  void batchMayBeClosedTwice() {
    Batch batch = new Batch(Nd4j.zeros(DataType.FLOAT, 1, 2, 4, 4, 3), new int[2], new int[2], ids(2));

    batch.close();
    batch.close();

    assertThat(batch.images().wasClosed()).isTrue();
  }
}
