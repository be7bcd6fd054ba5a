package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Floats;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class CompactMapTest {

  @Property(tries = 60)
  void anyRangeIsReadBack(@ForAll @IntRange(min = 1, max = 40_000) int length,
      @ForAll @IntRange(min = 0, max = 39_999) int start, @ForAll @IntRange(min = 0, max = 500) int run,
      @ForAll @IntRange(min = 1, max = 127) int largest) {
    INDArray map = TestMaps.counts(length, 0.3, largest, length);
    CompactMap compact = CompactMap.pack(Engines.PORTABLE, Floats.of(map));
    int from = start % length;
    int count = Math.min(run, length - from);
    float[] expected = new float[count + 3];
    float[] actual = new float[count + 3];
    Floats.of(map).read(from, expected, 2, count);
    compact.read(from, actual, 2, count);
    assertThat(actual).isEqualTo(expected);
    assertThat(compact.length()).isEqualTo(length);
  }

  @Test
  void aSpikeTakesABitAndACountAsManyAsTheLargestHas() {
    assertThat(CompactMap.pack(Engines.PORTABLE, Floats.of(TestMaps.spikes(1, 0.5, 100_000))).bytes())
        .isBetween(12_500L, 12_508L);
    assertThat(CompactMap.pack(Engines.PORTABLE, Floats.of(TestMaps.counts(1, 0.5, 3, 100_000))).bytes())
        .isBetween(25_000L, 25_016L);
    assertThat(CompactMap.pack(Engines.PORTABLE, Floats.of(TestMaps.counts(1, 0.5, 100, 100_000))).bytes())
        .isBetween(87_500L, 87_556L);
  }

  @ParameterizedTest
  @ValueSource(floats = {0.5f, -1, 128, Float.NaN, Float.POSITIVE_INFINITY, -0.25f, 1e10f})
  void whatIsNoSmallCountIsNotPacked(float value) {
    for (int at : new int[] {0, 63, 20_000}) {
      INDArray map = TestMaps.spikes(2, 0.5, 20_001);
      map.putScalar(at, value);
      assertThat(CompactMap.pack(Engines.PORTABLE, Floats.of(map))).isNull();
    }
  }

  @Property(tries = 40)
  void sumsAreThoseOfTheValues(@ForAll @IntRange(min = 1, max = 200_000) int length,
      @ForAll @IntRange(min = 1, max = 63) int largest, @ForAll @IntRange(min = 1, max = 63) int other) {
    INDArray x = TestMaps.counts(length, 0.4, largest, length);
    INDArray y = TestMaps.counts(length + 1, 0.4, other, length);
    CompactMap a = CompactMap.pack(Engines.PORTABLE, Floats.of(x));
    CompactMap b = CompactMap.pack(Engines.PORTABLE, Floats.of(y));
    CompactMap sum = CompactMap.sum(Engines.PORTABLE, a, b);
    float[] actual = new float[length];
    sum.read(0, actual, 0, length);
    INDArray expected = x.add(y);
    assertThat(actual).isEqualTo(TestMaps.floats(expected));
    assertThat(sum.planes()).isEqualTo(CompactMap.pack(Engines.PORTABLE, Floats.of(expected)).planes());
  }

  @Test
  void sumsThatCouldExceedTheLargestCountAreNotMade() {
    CompactMap most = CompactMap.pack(Engines.PORTABLE, Floats.of(TestMaps.counts(1, 1, 127, 100)));
    CompactMap spikes = CompactMap.pack(Engines.PORTABLE, Floats.of(TestMaps.spikes(1, 0.5, 100)));
    assertThat(CompactMap.sum(Engines.PORTABLE, most, spikes)).isNull();
    CompactMap shorter = CompactMap.pack(Engines.PORTABLE, Floats.of(TestMaps.spikes(1, 0.5, 99)));
    assertThatThrownBy(() -> CompactMap.sum(Engines.PORTABLE, spikes, shorter))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("100 and 99");
  }

  @Property(tries = 40)
  void wordsAndOnesAreThoseOfTheValues(@ForAll @IntRange(min = 1, max = 3_000) int length,
      @ForAll @IntRange(min = 0, max = 2_999) int start, @ForAll @IntRange(min = 1, max = 64) int run,
      @ForAll @IntRange(min = 1, max = 9) int largest) {
    INDArray map = TestMaps.counts(length, 0.4, largest, length);
    CompactMap compact = CompactMap.pack(Engines.PORTABLE, Floats.of(map));
    int from = start % length;
    int count = Math.min(run, length - from);
    float[] values = new float[count];
    Floats.of(map).read(from, values, 0, count);
    for (int plane = 0; plane < compact.planes(); plane++) {
      long word = compact.word(plane, from, count);
      for (int i = 0; i < count; i++) {
        assertThat(word >>> i & 1).isEqualTo((int) values[i] >>> plane & 1);
      }
      assertThat(count == 64 ? 0 : word >>> count).isZero();
      assertThat(compact.ones(plane, from, count)).isEqualTo(Long.bitCount(word));
    }
  }

  @Test
  void rangesBeyondTheMapAreRefused() {
    CompactMap compact = CompactMap.pack(Engines.PORTABLE, Floats.of(TestMaps.spikes(3, 0.5, 70)));
    assertThatThrownBy(() -> compact.read(60, new float[20], 0, 11))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("60").hasMessageContaining("70");
    assertThatThrownBy(() -> compact.read(-1, new float[20], 0, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
