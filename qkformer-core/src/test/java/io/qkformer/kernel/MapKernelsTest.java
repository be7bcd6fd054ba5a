package io.qkformer.kernel;

import static io.qkformer.kernel.NeuronStepsTest.DEFAULT;
import static io.qkformer.kernel.NeuronStepsTest.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.kernel.NeuronStepsTest.Sample;
import io.qkformer.tensor.Floats;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.nd4j.linalg.factory.Nd4j;

/** The kernels on maps against those on tiles, bit for bit. */
class MapKernelsTest {

  static final List<Integer> CHANNELS = List.of(16, 32, 48, 128, 400);
  private static final int ROWS = 21;

  private static MapKernels maps() {
    Kernels kernels = KernelSamples.simd();
    Assumptions.assumeTrue(SimdMapKernels.available(), "this JDK's vectors do not read byte buffers");
    return kernels.maps();
  }

  @Test
  void theyAreThereOnJdk17AndLeftAloneWhereTheJdkHasNoByteBuffersForVectors() {
    MapKernels maps = KernelSamples.simd().maps();
    int feature = Runtime.version().feature();
    if (feature == 17) {
      assertThat(maps).isInstanceOf(SimdMapKernels.class);
    } else if (feature >= 25) {
      assertThat(maps).isSameAs(MapKernels.NONE);
    }
  }

  private static Floats map(float[] values) {
    return Floats.of(Nd4j.createFromArray(values));
  }

  private static Sample sample(int channels, int steps, boolean fixed, ChannelNorm norm, Random random) {
    return new Sample(DEFAULT, norm, steps, channels * (Long.SIZE / 16) * (1 + random.nextInt(3)), fixed, random);
  }

  @ParameterizedTest
  @FieldSource("CHANNELS")
  void neuronsFireAsOverTiles(int channels) {
    Random random = new Random(channels);
    for (int steps : NeuronStepsTest.STEPS) {
      ChannelNorm norm = NeuronStepsTest.norm(random, channels);
      Sample sample = sample(channels, steps, steps % 2 == 1, norm, random);
      int wordStep = sample.n / Long.SIZE + 1;
      long[] words = new long[1 + steps * wordStep];
      Arrays.fill(words, -1L);
      Floats spikes = map(sample.g);
      assertThat(maps().fire(DEFAULT, norm, map(sample.x), FIRST, sample.xStep, steps, sample.n, words, 1, wordStep,
          spikes, FIRST, sample.rowStep)).isTrue();
      assertThat(sample.rows(spikes.toArray())).containsExactly(sample.spikes);
      assertThat(Arrays.copyOfRange(spikes.toArray(), FIRST + sample.n, FIRST + sample.rowStep))
          .containsExactly(Arrays.copyOfRange(sample.g, FIRST + sample.n, FIRST + sample.rowStep));
      float[] unpacked = new float[sample.n];
      for (int t = 0; t < steps; t++) {
        KernelProvider.portable().unpackPlanes(words, 1 + t * wordStep, 0, 1, unpacked, 0, sample.n);
        assertThat(unpacked).containsExactly(Arrays.copyOfRange(sample.spikes, t * sample.n, (t + 1) * sample.n));
        assertThat(words[(t + 1) * wordStep]).isEqualTo(-1L);
      }
      float[] h = sample.g.clone();
      float[] currents = sample.g.clone();
      assertThat(maps().potentials(DEFAULT, norm, map(sample.x), FIRST, sample.xStep, steps, sample.n, currents, h, FIRST,
          sample.rowStep)).isTrue();
      assertThat(sample.rows(h)).containsExactly(sample.potentials);
      for (int t = 0; t < steps; t++) {
        int row = FIRST + t * sample.rowStep;
        int from = FIRST + t * sample.xStep;
        assertThat(Arrays.copyOfRange(currents, row, row + sample.n))
            .containsExactly(Arrays.copyOfRange(sample.x, from, from + sample.n));
      }
      sample.backward(KernelSamples.simd(), 3f);
      Floats dx = map(new float[sample.g.length]);
      assertThat(maps().sigmoidBackward(DEFAULT, 3f, h, FIRST, sample.rowStep, steps, sample.n, sample.memory(),
          map(sample.g), dx, FIRST, sample.rowStep)).isTrue();
      assertThat(sample.rows(dx.toArray())).containsExactly(sample.dx);
      assertThat(sample.rows(h)).as("on the heap, too").containsExactly(sample.dx);
    }
  }

  @Test
  void theThresholdItselfFiresAndWhatIsNoNumberDoesNot() {
    float[] currents = {2f, Math.nextDown(2f), Float.NaN, Float.intBitsToFloat(0xffc00000), Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY, Float.MAX_VALUE, -Float.MAX_VALUE, -0f, Float.MIN_VALUE,
        Float.intBitsToFloat(0x7f800001)};
    int n = 128;
    float[] x = new float[n];
    for (int j = 0; j < n; j++) {
      x[j] = currents[j % currents.length];
    }
    float[] expected = new float[n];
    float[] v = new float[n];
    float[] h = new float[2 * n];
    KernelProvider.portable().fire(DEFAULT, x, 0, v, h, 0, expected, 0, n);
    KernelProvider.portable().fire(DEFAULT, x, 0, v, h, n, new float[n], 0, n);
    Floats s = map(new float[n]);
    maps().fire(DEFAULT, ChannelNorm.NONE, map(x), 0, 0, 1, n, new long[2], 0, 2, s, 0, n);
    assertThat(s.toArray()).containsExactly(expected);
    float[] potential = new float[2 * n];
    maps().potentials(DEFAULT, ChannelNorm.NONE, map(x), 0, 0, 2, n, new float[2 * n], potential, 0, n);
    assertThat(potential).containsExactly(h);
    float[] ones = new float[2 * n];
    Arrays.fill(ones, 1f);
    Floats dx = map(new float[2 * n]);
    maps().sigmoidBackward(DEFAULT, 4f, potential, 0, n, 2, n, new float[2 * n + Scratch.ALIGNED], map(ones), dx, 0, n);
    assertThat(dx.toArray()[2]).as("what is no number shows").isNaN();
  }

  @ParameterizedTest
  @FieldSource("CHANNELS")
  void sumsAndCombinationsAreThoseOverTiles(int channels) {
    Random random = new Random(channels);
    Kernels portable = KernelProvider.portable();
    int n = ROWS * channels;
    float[] x = KernelSamples.floats(random, 2 * n);
    float[] g = KernelSamples.floats(random, 2 * n);
    float[] centre = KernelSamples.floats(random, channels);
    float[] a = KernelSamples.floats(random, channels);
    float[] b = KernelSamples.floats(random, channels);
    float[] d = KernelSamples.floats(random, channels);
    float[][] expected = {a.clone(), b.clone()};
    float[][] actual = Arrays.stream(expected).map(float[]::clone).toArray(float[][]::new);
    portable.addMoments(x, channels, ROWS, channels, centre, expected[0], expected[1]);
    assertThat(maps().addMoments(map(x), channels, ROWS, channels, centre, actual[0], actual[1])).isTrue();
    assertThat(actual).isDeepEqualTo(expected);
    Floats sum = map(g);
    assertThat(maps().add(sum, map(x), channels, n, sum)).isTrue();
    float[] added = g.clone();
    portable.add(x, channels, added, channels, n);
    assertThat(sum.toArray()).containsExactly(added);
    float[] y = g.clone();
    portable.combine(g, channels, x, channels, ROWS, channels, centre, a, b, d, y, channels);
    Floats inPlace = map(g);
    assertThat(maps().combine(inPlace, map(x), channels, ROWS, channels, centre, a, b, d, inPlace)).isTrue();
    assertThat(inPlace.toArray()).containsExactly(y);
  }

  @ParameterizedTest
  @FieldSource("CHANNELS")
  void rowsArePackedAsFromTiles(int channels) {
    Random random = new Random(channels);
    int panelRows = ROWS + 5;
    float[] x = KernelSamples.floats(random, (ROWS + 1) * channels);
    Panels panels = new Panels(panelRows, channels);
    float[] expected = KernelSamples.floats(random, panels.length() + 7);
    float[] actual = expected.clone();
    panels.packRows(x, channels, ROWS, 3, expected, 7);
    assertThat(maps().packRows(map(x), channels, ROWS, channels, actual, 7, panelRows, 3)).isTrue();
    assertThat(actual).containsExactly(expected);
  }

  @ParameterizedTest
  @FieldSource("CHANNELS")
  void rowsAreCutIntoStrips(int channels) {
    Random random = new Random(channels);
    float[] x = KernelSamples.floats(random, (ROWS + 2) * channels);
    for (int width : new int[] {16, 48, 96, 1600}) {
      int step = (ROWS + 1) * width;
      int strips = (channels + width - 1) / width;
      float[] expected = KernelSamples.floats(random, 7 + strips * step);
      float[] actual = expected.clone();
      for (int row = 0; row < ROWS; row++) {
        for (int c = 0; c < channels; c++) {
          expected[7 + c / width * step + row * width + c % width] = x[(1 + row) * channels + c];
        }
      }
      assertThat(maps().cutRows(map(x), channels, ROWS, channels, width, actual, 7, step)).isTrue();
      assertThat(actual).containsExactly(expected);
    }
  }

  @Test
  void whatHasNoWayIsLeftAlone() {
    int n = 192;
    NeuronStep soft = new NeuronStep(NeuronStep.Charge.DECAYED_INPUT, 0.5f, 1f, 0f, NeuronStep.Reset.SOFT,
        NeuronStep.ResetGradient.DETACHED);
    Floats x = map(new float[n]);
    float[] untouched = KernelSamples.floats(new Random(1), n);
    Floats y = map(untouched);
    long[] words = new long[n / Long.SIZE];
    ChannelNorm norm = NeuronStepsTest.norm(new Random(2), 48);
    ChannelNorm odd = NeuronStepsTest.norm(new Random(3), 24);
    assertThat(maps().fire(DEFAULT, norm, x, 0, 0, 1, n, words, 0, 3, y, 0, n)).isTrue();
    y.write(0, untouched, 0, n);
    assertThat(maps().fire(soft, norm, x, 0, 0, 1, n, words, 0, 3, y, 0, n)).isFalse();
    assertThat(maps().fire(DEFAULT, odd, x, 0, 0, 1, n, words, 0, 3, y, 0, n)).isFalse();
    assertThat(maps().fire(DEFAULT, norm, x, 0, 0, 1, n - 1, words, 0, 3, y, 0, n)).isFalse();
    assertThat(maps().potentials(soft, norm, x, 0, 0, 1, n, untouched, untouched, 0, n)).isFalse();
    assertThat(maps().sigmoidBackward(soft, 4f, untouched, 0, n, 1, n, new float[2 * n + Scratch.ALIGNED], x, y, 0, n))
        .isFalse();
    assertThat(maps().add(x, x, 0, n - 1, y)).isFalse();
    assertThat(maps().combine(x, x, 0, 8, 24, untouched, untouched, untouched, untouched, y)).isFalse();
    assertThat(maps().packRows(x, 0, 8, 24, untouched.clone(), 0, 8, 0)).isFalse();
    assertThat(maps().cutRows(x, 0, 8, 24, 16, untouched.clone(), 0, 128)).isFalse();
    assertThat(maps().cutRows(x, 0, 4, 48, 24, untouched.clone(), 0, 96)).isFalse();
    assertThat(maps().addMoments(x, 0, 8, 24, untouched, untouched, untouched)).isFalse();
    assertThat(y.toArray()).containsExactly(untouched);
    assertThat(KernelProvider.portable().maps()).isSameAs(MapKernels.NONE);
  }
}
