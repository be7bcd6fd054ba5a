package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The SIMD kernels against the portable ones, bit for bit: neither fuses, and both add in the same order. */
class SimdKernelsTest {

  static final List<Integer> SIZES = Arrays.stream(KernelSamples.SIZES).boxed().toList();
  private static final String SIZES_FIELD = "SIZES";
  private static final int ROWS = 5;

  /** Where a tile starts; another number for each argument, so that mixed-up offsets show. */
  private static final int FIRST = 3;
  private static final int SECOND = 5;
  private static final int THIRD = 8;
  private static final int FOURTH = 11;
  private static final int MARGIN = 17;

  private interface Call {
    void on(Kernels kernels, float[][] arrays);
  }

  /** Runs a kernel on copies of the same arrays in both implementations; all arrays must be equal afterwards. */
  private static void assertSame(Call call, int channels, float[]... arrays) {
    Kernels simd = KernelSamples.simd();
    float[][] actual = copy(arrays);
    float[][] expected = copy(arrays);
    call.on(simd, actual);
    call.on(KernelProvider.portable(), expected);
    for (int i = 0; i < arrays.length; i++) {
      assertThat(actual[i]).as("array %d of %d channels", i, channels).containsExactly(expected[i]);
    }
  }

  private static float[][] copy(float[][] arrays) {
    return Arrays.stream(arrays).map(float[]::clone).toArray(float[][]::new);
  }

  private static float[] tile(Random random, int n) {
    return KernelSamples.floats(random, n + MARGIN);
  }

  @ParameterizedTest
  @FieldSource(SIZES_FIELD)
  void addIsPortable(int n) {
    Random random = new Random(n);
    assertSame((k, x) -> k.add(x[0], FIRST, x[1], SECOND, n), n, tile(random, n), tile(random, n));
  }

  @ParameterizedTest
  @FieldSource(SIZES_FIELD)
  void columnSumsArePortable(int n) {
    Random random = new Random(n);
    float[] x = tile(random, ROWS * n);
    float[] g = tile(random, ROWS * n);
    float[] centre = tile(random, n);
    float[] sum = tile(random, n);
    float[] dot = tile(random, n);
    assertSame((k, a) -> k.addColumns(a[0], FIRST, ROWS, n, a[1]), n, x, sum);
    assertSame((k, a) -> k.addMoments(a[0], FIRST, ROWS, n, a[1], a[2], a[3]), n, x, centre, sum, dot);
    float[] sums = tile(random, THIRD + n);
    float[] dots = tile(random, THIRD + n);
    assertSame((k, a) -> k.addColumnsAndProducts(a[0], FIRST, a[1], SECOND, ROWS, n, a[2], a[3], a[4], THIRD), n,
        g, x, centre, sums, dots);
  }

  @ParameterizedTest
  @FieldSource(SIZES_FIELD)
  void affineMapsArePortableAlsoInPlace(int n) {
    Random random = new Random(n);
    float[] x = tile(random, ROWS * n);
    float[] g = tile(random, ROWS * n);
    float[] y = tile(random, ROWS * n);
    float[] a = tile(random, n);
    float[] b = tile(random, n);
    float[] d = tile(random, n);
    float[] m = tile(random, n);
    assertSame((k, z) -> k.normalize(z[0], FIRST, ROWS, n, z[1], z[2], z[3], z[4], SECOND), n, x, m, a, b, y);
    assertSame((k, z) -> k.normalize(z[0], FIRST, ROWS, n, z[1], z[2], z[3], z[0], FIRST), n, x, m, a, b);
    assertSame((k, z) -> k.combine(z[0], FIRST, z[1], SECOND, ROWS, n, z[2], z[3], z[4], z[5], z[6], THIRD), n,
        g, x, m, a, b, d, y);
    assertSame((k, z) -> k.combine(z[0], FIRST, z[1], SECOND, ROWS, n, z[2], z[3], z[4], z[5], z[0], FIRST), n,
        g, x, m, a, b, d);
    assertSame((k, z) -> k.combine(z[0], FIRST, z[1], SECOND, ROWS, n, z[2], z[3], z[4], z[5], z[1], SECOND), n,
        g, x, m, a, b, d);
  }

  @ParameterizedTest
  @FieldSource(SIZES_FIELD)
  void selectedRowsArePortable(int n) {
    Random random = new Random(n);
    int step = n + 2;
    float[] w = tile(random, Long.SIZE * step);
    float[] y = tile(random, ROWS * step);
    long[] selected = {-1, 0, 1, 1L << 63, random.nextLong(), -1L};
    RowSelection selection = new RowSelection(2);
    selection.set(1, selected, 1, ROWS, new Scratch());
    for (float scale : new float[] {1, 8, -2}) {
      assertSame((k, a) -> k.addSelectedRows(a[0], FIRST, step, n, selection, 1, scale, a[1], SECOND, step), n, w, y);
      assertSame((k, a) -> k.addSelectedRows(a[0], FIRST, step, n, selection, 0, scale, a[1], SECOND, step), n, w, y);
    }
  }

  @ParameterizedTest
  @FieldSource(SIZES_FIELD)
  void winogradTransformsArePortableToRounding(int n) {
    int channels = (n + Panels.UNIT - 1) / Panels.UNIT * Panels.UNIT;
    Random random = new Random(n);
    int row = 7 * channels;
    float[] tile = tile(random, 6 * row);
    float[] bias = tile(random, channels);
    int step = channels + 5;
    assertClose((k, a) -> k.winogradInput(a[0], FIRST, row, channels, channels, a[1], SECOND, step), tile,
        new float[36 * step + MARGIN]);
    assertClose((k, a) -> k.winogradGradient(a[0], FIRST, row, channels, channels, a[1], SECOND, step), tile,
        new float[36 * step + MARGIN]);
    float[] points = tile(random, 36 * step);
    assertClose((k, a) -> k.winogradOutput(points.clone(), FIRST, step, channels, a[0], SECOND, a[1], THIRD, row, channels),
        bias, new float[4 * row + MARGIN]);
  }

  @ParameterizedTest
  @FieldSource(SIZES_FIELD)
  void winogradTransformsOfKernelsArePortableToRounding(int n) {
    Random random = new Random(n);
    int row = 4 * n;
    int step = n + 5;
    assertClose((k, a) -> k.winogradKernel(a[0], FIRST, row, n, n, a[1], SECOND, step), tile(random, 3 * row),
        new float[36 * step + MARGIN]);
    float[] points = tile(random, 36 * step);
    assertClose((k, a) -> k.winogradKernelGradient(points.clone(), FIRST, step, n, a[1], SECOND, row, n), new float[0],
        new float[3 * row + MARGIN]);
  }

  /** Both implementations write the second array; the others stay as they are. */
  private static void assertClose(Call call, float[]... arrays) {
    float[][] actual = copy(arrays);
    float[][] expected = copy(arrays);
    call.on(KernelSamples.simd(), actual);
    call.on(KernelProvider.portable(), expected);
    for (int i = 0; i < arrays.length; i++) {
      assertThat(actual[i]).containsExactly(expected[i], org.assertj.core.data.Offset.offset(1e-4f));
    }
    assertThat(expected[1]).isNotEqualTo(arrays[1]);
  }

  @ParameterizedTest
  @FieldSource(SIZES_FIELD)
  void neuronStepsArePortable(int n) {
    Random random = new Random(n);
    for (NeuronStep step : KernelNeuronTest.steps()) {
      assertSame((k, a) -> k.fire(step, a[0], FIRST, a[1], a[2], SECOND, a[3], THIRD, n), n,
          tile(random, n), tile(random, n), tile(random, n), tile(random, n));
      assertSame((k, a) -> k.fireBackward(step, a[0], FIRST, a[1], SECOND, a[2], THIRD, a[3], a[4], FOURTH, n), n,
          tile(random, n), tile(random, n), tile(random, n), tile(random, n), tile(random, n));
    }
  }

  @ParameterizedTest
  @FieldSource(SIZES_FIELD)
  void packedSpikesAreThoseOfTheUnpackedStep(int n) {
    Random random = new Random(n);
    float[] x = tile(random, n);
    for (NeuronStep step : KernelNeuronTest.steps()) {
      float[] before = tile(random, n);
      float[] spikes = new float[n];
      float[] after = Arrays.copyOfRange(before, SECOND, SECOND + n);
      KernelProvider.portable().fire(step, x, FIRST, after, new float[n], 0, spikes, 0, n);
      for (Kernels kernels : List.of(KernelSamples.simd(), KernelProvider.portable())) {
        float[] v = before.clone();
        long[] words = new long[n / Long.SIZE + 3];
        Arrays.fill(words, -1L);
        kernels.firePacked(step, x, FIRST, v, SECOND, n, words, 1);
        for (int j = 0; j < (n + Long.SIZE - 1) / Long.SIZE * Long.SIZE; j++) {
          assertThat(words[1 + (j >>> 6)] >>> j & 1).as("%s, spike %d of %d", step, j, n)
              .isEqualTo(j < n ? (long) spikes[j] : 0);
        }
        assertThat(words[0]).isEqualTo(-1L);
        assertThat(words[1 + (n + Long.SIZE - 1) / Long.SIZE]).isEqualTo(-1L);
        assertThat(Arrays.copyOfRange(v, SECOND, SECOND + n)).containsExactly(after);
      }
    }
  }

  @ParameterizedTest
  @FieldSource(SIZES_FIELD)
  void packedSpikesOfAllStepsAreThoseOfOneStepAfterTheOther(int n) {
    // without and with something behind the last neuron's currents
    for (int behind : new int[] {0, Long.SIZE}) {
      for (NeuronStep step : KernelNeuronTest.steps()) {
        assertPackedSteps(step, n, behind);
      }
    }
  }

  @Test
  void theDefaultNeuronDoesAllStepsInRegistersOf512Bits() {
    NeuronStep lif = KernelNeuronTest.steps().stream().filter(step -> step.charge() == NeuronStep.Charge.DECAYED_INPUT
        && step.reset() == NeuronStep.Reset.HARD && step.resetTo() == 0).findFirst().orElseThrow();
    NeuronStep soft = KernelNeuronTest.steps().stream().filter(step -> step.reset() == NeuronStep.Reset.SOFT).findFirst()
        .orElseThrow();
    boolean wide = SimdKernels.lanes() == Panels.UNIT;
    for (int n : new int[] {64, 96, 100, 128}) {
      assertThat(SimdPackedSteps.fire(lif, new float[3 * n + Long.SIZE], 0, n, 3, n, new long[6], 0, 2)).isEqualTo(wide ? n : 0);
      assertThat(SimdPackedSteps.fire(soft, new float[3 * n + Long.SIZE], 0, n, 3, n, new long[6], 0, 2)).isZero();
    }
    // what lies behind the last neurons would lie behind the array
    assertThat(SimdPackedSteps.fire(lif, new float[300], 0, 100, 3, 100, new long[6], 0, 2)).isEqualTo(wide ? 64 : 0);
  }

  private static void assertPackedSteps(NeuronStep step, int n, int behind) {
    Random random = new Random(n);
    int steps = 5;
    int wordStep = n / Long.SIZE + 2;
    float[] x = KernelSamples.floats(random, FIRST + steps * n + behind);
    x[FIRST + random.nextInt(n)] = Float.NaN;
    x[FIRST + random.nextInt(n)] = Float.NEGATIVE_INFINITY;
    x[FIRST + random.nextInt(n)] = step.threshold() / step.inputGain();
    for (int xStep : new int[] {0, n}) {
      float[] v = new float[n];
      Arrays.fill(v, step.resetTo());
      long[] expected = new long[steps * wordStep + 1];
      Arrays.fill(expected, -1L);
      for (int t = 0; t < steps; t++) {
        KernelProvider.portable().firePacked(step, x, FIRST + t * xStep, v, 0, n, expected, 1 + t * wordStep);
      }
      for (Kernels kernels : List.of(KernelSamples.simd(), KernelProvider.portable())) {
        float[] before = x.clone();
        long[] words = new long[expected.length];
        Arrays.fill(words, -1L);
        kernels.firePackedSteps(step, x, FIRST, xStep, steps, n, tile(random, n), words, 1, wordStep);
        assertThat(words).as("%s of %s", step, kernels.name()).containsExactly(expected);
        assertThat(x).containsExactly(before);
      }
    }
  }

  @ParameterizedTest
  @FieldSource(SIZES_FIELD)
  void poolingIsPortableWithTiesAndNotANumber(int n) {
    Random random = new Random(n);
    float[] best = tile(random, n);
    float[] x = tile(random, n);
    for (int j = 0; j < n; j++) {
      switch (j % 4) {
        case 0 -> x[FIRST + j] = best[SECOND + j];
        case 1 -> x[FIRST + j] = Float.NaN;
        default -> { }
      }
    }
    int[] before = random.ints(n + MARGIN, 0, 4).toArray();
    List<int[]> after = new ArrayList<>();
    assertSame((k, a) -> {
      int[] argument = before.clone();
      k.maximum(a[0], FIRST, 9, a[1], SECOND, argument, THIRD, n);
      after.add(argument);
    }, n, x, best);
    assertSame((k, a) -> {
      int[] argument = before.clone();
      k.maximumOfTaps(a[0], FIRST - 2, 2, 6, a[1], SECOND, argument, THIRD, n);
      after.add(argument);
    }, n, x, best);
    assertThat(after.get(0)).containsExactly(after.get(1));
    assertThat(after.get(2)).containsExactly(after.get(3));
    assertSame((k, a) -> k.addWhere(a[0], FIRST, before, SECOND, 2, a[1], THIRD, n), n, x, tile(random, n));
    assertSame((k, a) -> k.maximumOfThree(a[0], FIRST, 0, SECOND, a[1], THIRD, n), n, x, tile(random, n));
  }

  @ParameterizedTest
  @FieldSource(SIZES_FIELD)
  void packedCountsArePortableAndComeBack(int n) {
    Random random = new Random(n);
    float[] counts = KernelSamples.spikes(random, n + MARGIN, 0.3);
    checkPacking(counts, n, 1, random);
    for (int j = FIRST; j < counts.length; j += 3) {
      counts[j] = random.nextInt(4);
    }
    counts[FIRST + n / 2] = 3;
    checkPacking(counts, n, 2, random);
    counts[FIRST + n - 1] = 127;
    checkPacking(counts, n, 7, random);
  }

  private static void checkPacking(float[] x, int n, int planes, Random random) {
    int step = n / Long.SIZE + 2;
    long[] expected = new long[planes * step + 1];
    for (int plane = 0; plane < planes; plane++) {
      KernelProvider.portable().packPlane(x, FIRST, n, plane, expected, 1 + plane * step);
    }
    for (Kernels kernels : List.of(KernelSamples.simd(), KernelProvider.portable())) {
      int bits = kernels.countBits(x, FIRST, n);
      assertThat(bits).isEqualTo(KernelProvider.portable().countBits(x, FIRST, n)).isLessThan(1 << planes);
      long[] words = new long[planes * step + 1];
      for (int plane = 0; plane < planes; plane++) {
        kernels.packPlane(x, FIRST, n, plane, words, 1 + plane * step);
      }
      assertThat(words).isEqualTo(expected);
      float[] back = new float[n + MARGIN];
      kernels.unpackPlanes(words, 1, step, planes, back, SECOND, n);
      assertThat(Arrays.copyOfRange(back, SECOND, SECOND + n)).isEqualTo(Arrays.copyOfRange(x, FIRST, FIRST + n));
      assertThat(Arrays.copyOf(back, SECOND)).containsOnly(0f);
      for (float wrong : new float[] {Float.NaN, -1f, -0f, 0.5f, 2.5f, 128f, 1e30f, Float.MIN_VALUE, Math.nextUp(1f),
          Float.POSITIVE_INFINITY}) {
        float[] y = x.clone();
        y[FIRST + random.nextInt(n)] = wrong;
        assertThat(kernels.countBits(y, FIRST, n)).as("%s with %s", kernels.name(), wrong).isEqualTo(-1);
      }
    }
  }
}
