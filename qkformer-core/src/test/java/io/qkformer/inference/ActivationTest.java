package io.qkformer.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.BitSquare;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.SpikeSource;
import io.qkformer.layer.MaxPool;
import io.qkformer.layer.Pass;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ActivationTest {

  private static final Engine ENGINE = Engines.PORTABLE;

  private static Shape shape(int channels) {
    return new Shape(2, 3, 5, 4, channels);
  }

  private static INDArray spikes(long seed, Shape shape) {
    return TestMaps.spikes(seed, 0.3, shape.steps(), shape.batch(), shape.height(), shape.width(), shape.channels());
  }

  private static SpikeMap packed(INDArray spikes, Shape shape) {
    return SpikeMap.pack(Floats.of(spikes), shape, ENGINE);
  }

  private static SpikeMap random(long seed, Shape shape) {
    return packed(spikes(seed, shape), shape);
  }

  private static float[] values(Activation map) {
    float[] values = new float[(int) map.length()];
    map.read(0, values, 0, values.length);
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 63, 64, 65, 100, 128, 200})
  void bitsHoldTheSpikes(int channels) {
    for (Engine engine : Engines.all()) {
      INDArray spikes = spikes(channels, shape(channels));
      SpikeMap map = SpikeMap.pack(Floats.of(spikes), shape(channels), engine);
      assertThat(values(map)).isEqualTo(TestMaps.floats(spikes));
      assertThat(map.count()).isEqualTo(spikes.sumNumber().longValue());
      int rows = map.shape().rows();
      for (int row = 0; row < rows; row++) {
        for (int c = 0; c < channels; c++) {
          assertThat(map.word(row, c / 64) >>> c & 1).isEqualTo(spikes.getLong((long) row * channels + c));
        }
        assertThat(Long.bitCount(map.word(row, map.rowWords() - 1) & -1L << 1 << (channels - 1)))
            .as("bits behind the last channel").isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64, 71, 136})
  void anyRangeCanBeRead(int channels) {
    SpikeMap spikes = random(1, shape(channels));
    Activation counts = spikes.plus(random(2, shape(channels)), ENGINE).plus(spikes, ENGINE);
    for (Activation map : new Activation[] {spikes, counts}) {
      float[] all = values(map);
      for (int from = 0; from < all.length; from += 1 + all.length / 23) {
        for (int count : new int[] {0, 1, 5, 64, 150}) {
          int n = Math.min(count, all.length - from);
          float[] part = new float[n + 2];
          map.read(from, part, 1, n);
          for (int i = 0; i < n; i++) {
            assertThat(part[1 + i]).isEqualTo(all[from + i]);
          }
          assertThat(part[0] + part[n + 1]).isZero();
        }
      }
      assertThatThrownBy(() -> map.read(all.length - 3, new float[9], 0, 4))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64, 71})
  void sumsOfSpikesAreCounts(int channels) {
    Shape shape = shape(channels);
    INDArray sum = spikes(0, shape);
    Activation map = packed(sum, shape);
    for (int seed = 1; seed < 30; seed++) {
      INDArray more = spikes(seed, shape);
      sum.addi(more);
      map = map.plus(packed(more, shape), ENGINE);
    }
    assertThat(map).isInstanceOf(CountMap.class);
    assertThat(values(map)).isEqualTo(TestMaps.floats(sum));
    assertThat(values(map.plus(map, ENGINE))).isEqualTo(TestMaps.floats(sum.mul(2)));
    assertThat(values(packed(spikes(0, shape), shape).plus(map, ENGINE)))
        .isEqualTo(TestMaps.floats(sum.add(spikes(0, shape))));
  }

  @Test
  void largeCountsBecomeFloats() {
    Shape shape = shape(9);
    INDArray ones = spikes(1, shape).muli(0).addi(1);
    Activation map = packed(ones, shape);
    for (int count = 1; count < 64; count *= 2) {
      map = map.plus(map, ENGINE);
    }
    assertThat(map).isInstanceOf(CountMap.class);
    assertThat(values(map)).containsOnly(64f);
    Activation over = map.plus(packed(ones, shape), ENGINE);
    assertThat(over).isInstanceOf(FloatMap.class);
    assertThat(values(over)).containsOnly(65f);
    assertThat(values(over.plus(over, ENGINE))).containsOnly(130f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64, 71, 136})
  void anyRangeShowsItsSpikesAsBits(int channels) {
    SpikeMap one = random(1, shape(channels));
    Activation three = one.plus(random(2, shape(channels)), ENGINE).plus(one, ENGINE);
    Activation many = three;
    for (int i = 0; i < 3; i++) {
      many = many.plus(many, ENGINE).plus(one, ENGINE);
    }
    for (Activation map : new Activation[] {one, three, many}) {
      assertShowsBits(map);
      assertShowsBits(SampleRange.of(map, 1, 2));
    }
  }

  private static void assertShowsBits(FloatSource source) {
    SpikeSource spikes = (SpikeSource) source;
    float[] all = new float[(int) source.length()];
    source.read(0, all, 0, all.length);
    for (int from = 0; from < all.length; from += 1 + all.length / 31) {
      for (int count : new int[] {1, 5, 63, 64}) {
        int n = Math.min(count, all.length - from);
        for (int plane = 0; plane < spikes.planes(); plane++) {
          long expected = 0;
          for (int i = 0; i < n; i++) {
            expected |= ((long) all[from + i] >>> plane & 1) << i;
          }
          assertThat(spikes.word(plane, from, n)).as("%d + %d in plane %d", from, n, plane).isEqualTo(expected);
        }
      }
      for (int plane = 0; plane <= spikes.planes(); plane++) {
        long sum = 0;
        for (int i = from; i < all.length; i++) {
          sum += (long) all[i] >>> plane & 1;
        }
        assertThat(spikes.ones(plane, from, all.length - from)).as("plane %d", plane).isEqualTo(sum);
      }
    }
  }

  @Test
  void floatsAddToAnything() {
    Shape shape = shape(5);
    INDArray x = TestMaps.gaussian(3, 2, 3, 5, 4, 5);
    INDArray s = spikes(4, shape);
    assertThat(values(new FloatMap(Floats.of(x), shape).plus(packed(s, shape), ENGINE)))
        .isEqualTo(TestMaps.floats(x.add(s)));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 5", "6, 3", "8, 8", "7, 2"})
  void poolingIsThatOfTheLayer(int height, int width) {
    Shape shape = new Shape(2, 3, height, width, 70);
    INDArray s = spikes(5, shape);
    INDArray x = TestMaps.gaussian(6, 2, 3, height, width, 70);
    SpikeMap spikes = packed(s, shape);
    Activation counts = spikes.plus(spikes, ENGINE);
    for (Engine engine : Engines.all()) {
      try (Pass pass = Pass.evaluation(engine, 2)) {
        float[] pooled = TestMaps.floats(new MaxPool().forward(s, pass).value());
        assertThat(values(spikes.maxPooled(engine))).isEqualTo(pooled);
        assertThat(values(new FloatMap(Floats.of(s), shape).maxPooled(engine))).isEqualTo(pooled);
        assertThat(values(counts.maxPooled(engine)))
            .isEqualTo(TestMaps.floats(new MaxPool().forward(s.mul(2), pass).value()));
        assertThat(values(new FloatMap(Floats.of(x), shape).maxPooled(engine)))
            .isEqualTo(TestMaps.floats(new MaxPool().forward(x, pass).value()));
      }
    }
  }

  @Test
  void rangesOfSamplesAreMapsOfTheirOwn() {
    Shape shape = shape(10);
    INDArray s = spikes(1, shape);
    SpikeMap map = packed(s, shape);
    float[] expected = TestMaps.floats(
        s.get(NDArrayIndex.all(), NDArrayIndex.interval(1, 3)));
    float[] actual = new float[expected.length];
    SampleRange.of(map, 1, 2).read(0, actual, 0, actual.length);
    assertThat(actual).isEqualTo(expected);
    SampleRange.of(map, 1, 2).read(150, actual, 0, 300);
    assertThat(Arrays.copyOf(actual, 300)).isEqualTo(Arrays.copyOfRange(expected, 150, 450));
  }

  @Test
  void whatDoesNotFitIsNamed() {
    Shape shape = shape(4);
    SpikeMap map = random(1, shape);
    assertThatThrownBy(() -> map.plus(random(1, shape(5)), ENGINE)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[T=2, B=3, H=5, W=4, C=4] and [T=2, B=3, H=5, W=4, C=5]");
    assertThatThrownBy(() -> map.withFrames(4, 2)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 steps of 2");
    assertThat(map.withFrames(6, 1).shape()).isEqualTo(new Shape(6, 1, 5, 4, 4));
    assertThat(map.spikes()).isSameAs(map);
    assertThatThrownBy(() -> map.plus(map, ENGINE).spikes()).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected spikes");
    INDArray half = TestMaps.of(new float[] {0, 1, 0.5f}, 1, 1, 1, 1, 3);
    assertThatThrownBy(() -> packed(half, new Shape(1, 1, 1, 1, 3))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a spike is 0 or 1");
    assertThatThrownBy(() -> packed(half, shape)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 480 values").hasMessageContaining("got 3");
    assertThatThrownBy(() -> new Shape(1, 0, 1, 1, 1)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[1, 0, 1, 1, 1]");
    assertThatThrownBy(() -> new InferencePass(ENGINE, 0)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 0");
  }

  @Test
  void transposingExchangesRowsAndColumns() {
    long[] block = new long[64];
    block[3] = 1L << 40 | 1L << 5;
    block[63] = 1L;
    BitSquare.transpose(block);
    assertThat(block[40]).isEqualTo(1L << 3);
    assertThat(block[5]).isEqualTo(1L << 3);
    assertThat(block[0]).isEqualTo(1L << 63);
    assertThat(block[1]).isZero();
  }
}
