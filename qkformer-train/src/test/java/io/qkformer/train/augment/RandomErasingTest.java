package io.qkformer.train.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.train.data.Box;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Erased boxes. */
class RandomErasingTest {
  private static final int SIDE = 16;
  private static final int SIZE = SIDE * SIDE * 3;
  private static final float UNTOUCHED = 7;

  private static float[] erased(RandomErasing erasing, long index) {
    float[] values = new float[SIZE + 2];
    Arrays.fill(values, UNTOUCHED);
    erasing.apply(values, 1, SIDE, SIDE, Pictures.random(index));
    return values;
  }

  @Test
  void aBoxOfZerosIsWrittenAndNothingElse() {
    float[] values = new float[3 * 4 * 3];
    Arrays.fill(values, UNTOUCHED);
    new RandomErasing(1, ErasingMode.CONST, 1).erase(values, 0, 4, new Box(1, 2, 2, 1), Pictures.random(0));
    for (int i = 0; i < values.length; i++) {
      boolean inside = i / 3 % 4 == 2 && i / 12 >= 1;
      assertThat(values[i]).as("element %d", i).isEqualTo(inside ? 0 : UNTOUCHED);
    }
  }

  @Test
  void oneColourOrNoiseIsStandardNormal() {
    double[] sums = new double[3];
    int boxes = 2000;
    for (int i = 0; i < boxes; i++) {
      float[] values = new float[12];
      new RandomErasing(1, ErasingMode.RAND, 1).erase(values, 0, 2, new Box(0, 0, 2, 2), Pictures.random(i));
      assertThat(Arrays.copyOfRange(values, 9, 12)).isEqualTo(Arrays.copyOfRange(values, 0, 3));
      assertThat(values[0]).isNotEqualTo(values[1]);
      sums[0] += values[0];
      sums[1] += values[0] * values[0];
      new RandomErasing(1, ErasingMode.PIXEL, 1).erase(values, 0, 2, new Box(0, 0, 2, 2), Pictures.random(i));
      assertThat(values[9]).isNotEqualTo(values[0]);
      sums[2] += values[9] * values[9];
    }
    assertThat(sums[0] / boxes).isCloseTo(0, within(5 / Math.sqrt(boxes)));
    assertThat(sums[1] / boxes).isCloseTo(1, within(5 * Math.sqrt(2.0 / boxes)));
    assertThat(sums[2] / boxes).isCloseTo(1, within(5 * Math.sqrt(2.0 / boxes)));
  }

  @ParameterizedTest
  @EnumSource(ErasingMode.class)
  void theStreamAloneDecidesAndNeighboursAreSafe(ErasingMode mode) {
    RandomErasing erasing = new RandomErasing(1, mode, 3);
    float[] first = erased(erasing, 0);
    assertThat(erased(erasing, 0)).isEqualTo(first);
    assertThat(erased(erasing, 1)).isNotEqualTo(first);
    assertThat(first[0]).isEqualTo(UNTOUCHED);
    assertThat(first[SIZE + 1]).isEqualTo(UNTOUCHED);
  }

  @Test
  void imagesAreErasedWithTheProbability() {
    int draws = 4000;
    int touched = 0;
    RandomErasing quarter = new RandomErasing(0.25, ErasingMode.CONST, 1);
    for (int i = 0; i < draws; i++) {
      float[] values = erased(quarter, i);
      touched += IntStream.range(0, SIZE).anyMatch(k -> values[k + 1] == 0) ? 1 : 0;
    }
    assertThat((double) touched / draws).isCloseTo(0.25, within(5 * Math.sqrt(0.25 * 0.75 / draws)));
    assertThat(erased(new RandomErasing(0, ErasingMode.CONST, 1), 0)).containsOnly(UNTOUCHED);
  }

  /** How many pixels of an image are erased. */
  private static int boxes(RandomErasing erasing, int index) {
    int side = 128;
    float[] values = new float[side * side * 3];
    Arrays.fill(values, UNTOUCHED);
    erasing.apply(values, 0, side, side, Pictures.random(index));
    return (int) IntStream.range(0, side * side).filter(k -> values[3 * k] == 0).count();
  }

  /** Each box is one pixel, whatever the number of boxes, which shows as the number of erased pixels. */
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3", "2, 5"})
  void theNumberOfBoxesIsUniform(int least, int greatest) {
    int draws = 4000;
    Range one = new Range(1, 1);
    int[] counts = new int[greatest + 2];
    for (int i = 0; i < draws; i++) {
      // 128 * 128 pixels shared by up to 5 boxes: 1.4 pixels for one, 0.28 for each of five, which rounds up to one
      counts[boxes(new RandomErasing(1, ErasingMode.CONST, least, greatest, new Range(8.5e-5, 8.5e-5), one), i)]++;
    }
    double share = 1.0 / (greatest - least + 1);
    // boxes that fall on the same pixel are one less: of 16384 pixels once in 1600 images of five
    for (int n = least; n <= greatest; n++) {
      assertThat((double) counts[n] / draws).as("%d boxes", n)
          .isCloseTo(share, within(5 * Math.sqrt(share * (1 - share) / draws) + 1e-3));
    }
    assertThat(counts[0] + counts[greatest + 1]).isZero();
  }

  @Test
  void aBoxFollowsFromFourNumbers() {
    RandomErasing erasing = new RandomErasing(1, ErasingMode.CONST, 1);
    // area (0.02 + 0.5 * 0.31333) * 256 = 45.2, aspect 1: side 6.7; rows 0.5 * 10 = 5, columns 0.95 * 10 = 9
    double[] draws = {0.5, 0.5, 0.5, 0.95};
    int[] used = new int[1];
    assertThat(erasing.sample(SIDE, SIDE, 1, () -> draws[used[0]++])).isEqualTo(List.of(new Box(5, 9, 7, 7)));
    // no box is smaller than an image of one pixel
    assertThat(erasing.sample(1, 1, 2, () -> 0.99)).isEmpty();
  }

  @Test
  void eachImageOfABatchIsErasedOnItsOwn() {
    RandomErasing erasing = new RandomErasing(1, ErasingMode.CONST, 1);
    try (INDArray batch = Nd4j.ones(1, 3, SIDE, SIDE, 3); INDArray again = Nd4j.ones(1, 3, SIDE, SIDE, 3)) {
      erasing.applyToBatch(batch, 5, 11);
      float[] values = batch.ravel().toFloatVector();
      float[] first = Arrays.copyOf(values, SIZE);
      assertThat(first).contains(0f).contains(1f);
      assertThat(Arrays.copyOfRange(values, SIZE, 2 * SIZE)).contains(0f).isNotEqualTo(first);
      erasing.applyToBatch(again, 5, 11);
      assertThat(again).isEqualTo(batch);
    }
  }

  @Test
  void badValuesAreRefused() {
    assertThatThrownBy(() -> new RandomErasing(1.5, ErasingMode.CONST, 1)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> new RandomErasing(1, ErasingMode.CONST, 0)).hasMessageContaining("max count");
    assertThatThrownBy(() -> ErasingMode.named("zero")).hasMessageContaining("pixel");
    assertThatThrownBy(() -> new RandomErasing(1, ErasingMode.CONST, 1, 1, new Range(0, 2),
        RandomErasing.DEFAULT_ASPECT)).hasMessageContaining("area");
    assertThatThrownBy(() -> new RandomErasing(1, ErasingMode.CONST, 1).applyToBatch(Nd4j.ones(2, 3), 0, 0))
        .hasMessageContaining("[2, 3]");
  }
}
