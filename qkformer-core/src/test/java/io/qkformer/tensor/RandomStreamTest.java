package io.qkformer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RandomStreamTest {
  @Test
  void givesThePublishedNumbersOfSplitMix64() {
    RandomStream random = new RandomStream(0);

    assertThat(random.nextLong()).isEqualTo(0xE220A8397B1DCDAFL);
    assertThat(random.nextLong()).isEqualTo(0x6E789E6AA1B965F4L);
    assertThat(random.nextLong()).isEqualTo(0x06C45D188009454FL);
  }

  @Property
  void theSameSeedPurposeAndIndexGiveTheSameNumbers(@ForAll long seed, @ForAll String purpose,
      @ForAll long[] index) {
    assertThat(RandomStream.of(seed, purpose, index).nextLong())
        .isEqualTo(RandomStream.of(seed, purpose, index).nextLong());
  }

  @Test
  void neighbouringSeedsPurposesAndIndicesGiveOtherNumbers() {
    Set<Long> firsts = new HashSet<>();
    for (long seed = -8; seed < 8; seed++) {
      for (String purpose : new String[] {"", "a", "b", "ab", "ba"}) {
        firsts.add(RandomStream.of(seed, purpose).nextLong());
        for (long i = -8; i < 8; i++) {
          firsts.add(RandomStream.of(seed, purpose, i).nextLong());
          firsts.add(RandomStream.of(seed, purpose, i, 0).nextLong());
          firsts.add(RandomStream.of(seed, purpose, 0, 0, i).nextLong());
        }
      }
    }

    assertThat(firsts).hasSize(16 * 5 * (1 + 3 * 16));
  }

  @Property
  void integersStayBelowTheBound(@ForAll long seed, @ForAll @IntRange(min = 1) int bound) {
    assertThat(RandomStream.of(seed, "test").nextInt(bound)).isBetween(0, bound - 1);
  }

  @Test
  void integersAreUniform() {
    int draws = 70_000;
    int[] counts = new int[7];
    RandomStream random = RandomStream.of(1, "test");
    for (int i = 0; i < draws; i++) {
      counts[random.nextInt(counts.length)]++;
    }

    // 5 standard deviations of a binomial count are 463
    assertThat(Arrays.stream(counts).boxed().toList())
        .allSatisfy(count -> assertThat(count).isCloseTo(draws / 7, within(463)));
  }

  @Test
  void fractionsHaveTheMeanAndVarianceOfTheUniformDistribution() {
    int draws = 100_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < draws; i++) {
      double x = RandomStream.of(3, "test", i).nextDouble(-1, 1);
      assertThat(x).isBetween(-1.0, 1.0);
      sum += x;
      squares += x * x;
    }

    assertThat(sum / draws).isCloseTo(0, within(5 * Math.sqrt(1.0 / 3 / draws)));
    assertThat(squares / draws).isCloseTo(1.0 / 3, within(5 * Math.sqrt(4.0 / 45 / draws)));
  }

  @Test
  void refusesABoundBelowOne() {
    assertThatThrownBy(() -> new RandomStream(0).nextInt(0))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("at least 1, got 0");
  }
}
