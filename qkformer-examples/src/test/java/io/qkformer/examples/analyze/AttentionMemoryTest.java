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
}
