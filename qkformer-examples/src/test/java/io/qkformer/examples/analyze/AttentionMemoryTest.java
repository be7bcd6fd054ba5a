package io.qkformer.examples.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class AttentionMemoryTest {

  private static final double WIDTH = 256;

  @Test
  void tokenAttentionGrowsLinearlyInTheTokens() {
    AttentionMemory.measure(10);
    AttentionMemory small = AttentionMemory.measure(40);
    AttentionMemory medium = AttentionMemory.measure(80);
    AttentionMemory large = AttentionMemory.measure(120);
    double first = (medium.tokenBytes() - small.tokenBytes()) / (double) (80 * 80 - 40 * 40);
    double second = (large.tokenBytes() - medium.tokenBytes()) / (double) (120 * 120 - 80 * 80);
    assertThat(second).isCloseTo(first, Percentage.withPercentage(5));
    // per token: its C results, and the sum and the bit of each of 8 heads
    assertThat(second).isCloseTo(4 * (WIDTH + 2 * 8), Percentage.withPercentage(5));
    assertThat(large.tokenBytes()).isLessThan(large.selfBytes());
  }

  @Test
  void selfAttentionNeverHoldsAMapOfAllPairsOfTokens() {
    AttentionMemory.measure(10);
    assertThat(AttentionMemory.measure(100).selfBytes()).isLessThan(4L * 10_000 * 10_000 / 4);
  }

  /** By hand: 4 * 100 * (256 + 3) and 4 * 100 * (100 + 256), which Table 8 prints as 0.10 and 0.14 MiB. */
  @Test
  void formulasGiveThePapersNumbers() {
    assertThat(AttentionMemory.tokenFormula(10)).isEqualTo(103_600);
    assertThat(AttentionMemory.selfFormula(10)).isEqualTo(142_400);
    // 4 * 40,000 * (40,000 + 256) has more bits than an int
    assertThat(AttentionMemory.selfFormula(200)).isEqualTo(6_440_960_000L);
    // the paper's 6143.06 and 40.46 MiB
    assertThat(AttentionMemory.selfFormula(200) / 1048576.0)
        .isCloseTo(AttentionMemory.PAPER.get(200)[1], Percentage.withPercentage(0.1));
    assertThat(AttentionMemory.tokenFormula(200) / 1048576.0)
        .isCloseTo(AttentionMemory.PAPER.get(200)[0], Percentage.withPercentage(3));
  }

  /**
   * The kinks that MemoryCommand's note explains: 32 * 32 * 256 floats of Q, K, V each, then 91 * 91 * 32 of a head's Q, K, V
   * and result, outgrow the smallest tile, which is not counted.
   */
  @Test
  void tilesOfSelfAttentionCountOnceTheyOutgrowTheSmallest() {
    AttentionMemory.measure(10);
    assertThat(maps(31)).isCloseTo(2, Percentage.withPercentage(5));
    assertThat(maps(32)).isCloseTo(5, Percentage.withPercentage(3));
    assertThat(maps(90)).isCloseTo(5, Percentage.withPercentage(3));
    assertThat(maps(91)).isCloseTo(5.5, Percentage.withPercentage(3));
  }

  /** SSA's bytes in maps of N x C floats. */
  private static double maps(int side) {
    return AttentionMemory.measure(side).selfBytes() / (4.0 * side * side * WIDTH);
  }
}
