package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.support.Engines;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.HeapFloats;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.factory.Nd4j;

/** The dense product against float64, for both implementations. */
class KernelProductTest {

  private static final String IMPLEMENTATIONS = "io.qkformer.kernel.KernelSamples#implementations";
  private static final double ROUNDING = Math.ulp(1f) / 2;

  private enum Layout { FORWARD, TRANSPOSED }

  private record Product(int m, int n, int k, Layout layout) {

    int aRow() {
      return layout == Layout.FORWARD ? k + 2 : 1;
    }

    int aColumn() {
      return layout == Layout.FORWARD ? 1 : m + 3;
    }
  }

  private static List<Product> products() {
    int[] rows = {1, 3, 4, 5, 8, 9, 13, 16, 17};
    int[] depths = {1, 2, 7, 16, 33};
    List<Product> products = new ArrayList<>();
    int count = 0;
    for (int n : KernelSamples.SIZES) {
      for (Layout layout : Layout.values()) {
        products.add(new Product(rows[count % rows.length], n, depths[count % depths.length], layout));
        count++;
      }
    }
    for (int n : new int[] {5, 24, 32, 40, 64, 80, 112}) {
      products.add(new Product(9, n, 6, Layout.FORWARD));
    }
    // beyond the blocks of rows and of depth
    products.add(new Product(261, 17, 7, Layout.FORWARD));
    products.add(new Product(3, 33, 1030, Layout.FORWARD));
    products.add(new Product(35, 33, 520, Layout.TRANSPOSED));
    return products;
  }

  @ParameterizedTest
  @MethodSource(IMPLEMENTATIONS)
  void productIsTheFloat64OneToRoundingAndTouchesNothingElse(Kernels kernels) {
    for (Product p : products()) {
      check(kernels, p);
    }
  }

  private static void check(Kernels kernels, Product p) {
    Random random = new Random(p.hashCode());
    int aOffset = 3;
    int bOffset = 5;
    int cOffset = 7;
    int bRow = p.n + 4;
    int cRow = p.n + 6;
    float[] a = KernelSamples.floats(random, aOffset + (p.m + 3) * (p.k + 2));
    float[] b = KernelSamples.floats(random, bOffset + p.k * bRow);
    float[] before = KernelSamples.floats(random, cOffset + p.m * cRow + 9);
    float[] c = before.clone();
    kernels.multiplyAdd(p.m, p.n, p.k, a, aOffset, p.aRow(), p.aColumn(), b, bOffset, bRow, c, cOffset, cRow);
    boolean[] inside = new boolean[c.length];
    for (int i = 0; i < p.m; i++) {
      for (int j = 0; j < p.n; j++) {
        int at = cOffset + i * cRow + j;
        inside[at] = true;
        double sum = before[at];
        double magnitude = Math.abs(sum);
        for (int q = 0; q < p.k; q++) {
          double term = (double) a[aOffset + i * p.aRow() + q * p.aColumn()] * b[bOffset + q * bRow + j];
          sum += term;
          magnitude += Math.abs(term);
        }
        assertThat((double) c[at]).as("%s of %s at (%d, %d)", kernels.name(), p, i, j)
            .isCloseTo(sum, within(2 * (p.k + 1) * ROUNDING * magnitude));
      }
    }
    for (int at = 0; at < c.length; at++) {
      if (!inside[at] && Float.floatToRawIntBits(c[at]) != Float.floatToRawIntBits(before[at])) {
        assertThat(c[at]).as("%s of %s: element %d around C", kernels.name(), p, at).isEqualTo(before[at]);
      }
    }
  }

  @Test
  void simdProductHasTheSameBitsHoweverRowsColumnsAndDepthAreCut() {
    Kernels simd = KernelSamples.simd();
    int m = 21;
    int n = 112;
    int k = 40;
    Random random = new Random(3);
    float[] a = KernelSamples.floats(random, m * k);
    float[] b = KernelSamples.floats(random, k * n);
    float[] whole = new float[m * n];
    simd.multiplyAdd(m, n, k, a, 0, k, 1, b, 0, n, whole, 0, n);
    float[] cut = new float[m * n];
    for (int[] rows : new int[][] {{0, 3}, {3, 21}}) {
      for (int[] columns : new int[][] {{0, 35}, {35, 112}}) {
        for (int[] depth : new int[][] {{0, 11}, {11, 40}}) {
          simd.multiplyAdd(rows[1] - rows[0], columns[1] - columns[0], depth[1] - depth[0],
              a, rows[0] * k + depth[0], k, 1, b, depth[0] * n + columns[0], n,
              cut, rows[0] * n + columns[0], n);
        }
      }
    }
    assertThat(cut).containsExactly(whole);
  }

  @Test
  void simdProductOfATransposedMatrixHasTheSameBits() {
    Kernels simd = KernelSamples.simd();
    int m = 29;
    int k = 37;
    Random random = new Random(4);
    float[] a = KernelSamples.floats(random, m * k);
    float[] transposed = new float[k * m];
    for (int i = 0; i < m; i++) {
      for (int p = 0; p < k; p++) {
        transposed[p * m + i] = a[i * k + p];
      }
    }
    for (int n : KernelSamples.SIZES) {
      float[] b = KernelSamples.floats(random, k * n);
      float[] byRows = new float[m * n];
      float[] byColumns = new float[m * n];
      simd.multiplyAdd(m, n, k, a, 0, k, 1, b, 0, n, byRows, 0, n);
      simd.multiplyAdd(m, n, k, transposed, 0, 1, m, b, 0, n, byColumns, 0, n);
      assertThat(byColumns).as("%d columns", n).containsExactly(byRows);
    }
  }

  @Test
  void productOfRowsAConstantStepApartHasTheSameBits() {
    int step = Panels.ROW_STEP;
    Random random = new Random(5);
    for (int m : new int[] {1, 7, 8, 21}) {
      for (int k : new int[] {1, 37, step}) {
        float[] apart = KernelSamples.floats(random, 3 + m * step);
        float[] a = new float[m * k];
        for (int i = 0; i < m; i++) {
          System.arraycopy(apart, 3 + i * step, a, i * k, k);
        }
        for (int n : new int[] {5, 16, 20, 32, 48, 64}) {
          float[] b = KernelSamples.floats(random, 2 + k * n);
          float[] start = KernelSamples.floats(random, 1 + m * (n + 4));
          float[] c = KernelSamples.floats(random, 6 + m * (n + 3));
          for (Kernels kernels : List.of(KernelSamples.simd(), KernelProvider.portable())) {
            for (int startRow : new int[] {0, n + 4}) {
              float[] expected = c.clone();
              float[] actual = c.clone();
              kernels.multiply(m, n, k, a, 0, k, 1, b, 2, n, start, 1, startRow, expected, 6, n + 3);
              kernels.multiplyRows(m, n, k, apart, 3, b, 2, start, 1, startRow, actual, 6, n + 3);
              assertThat(actual).as("%s, %d x %d x %d", kernels.name(), m, n, k).containsExactly(expected);
            }
          }
        }
      }
    }
  }

  @Test
  void rowsLongerThanTheStepAreCut() {
    Kernels simd = KernelSamples.simd();
    Random random = new Random(6);
    int m = 19;
    for (int k : new int[] {37, Panels.ROW_STEP, Panels.ROW_STEP + 1, 1536}) {
      Panels panels = new Panels(k, 70);
      float[] a = KernelSamples.floats(random, m * k);
      float[] apart = new float[m * panels.parts() * Panels.ROW_STEP];
      for (int i = 0; i < m; i++) {
        for (int p = 0; p < k; p++) {
          apart[(p / panels.depth() * m + i) * Panels.ROW_STEP + p % panels.depth()] = a[i * k + p];
        }
      }
      float[] b = KernelSamples.floats(random, panels.length());
      float[] start = KernelSamples.floats(random, panels.padded());
      float[] expected = new float[m * panels.padded()];
      float[] actual = new float[m * panels.padded()];
      panels.multiply(simd, m, a, 0, k, 1, b, 0, start, 0, 0, expected, 0, panels.padded());
      panels.multiplyRows(simd, m, apart, 0, m * Panels.ROW_STEP, b, 0, start, 0, 0, actual, 0, panels.padded());
      assertThat(actual).as("depth %d", k).containsExactly(expected);
    }
  }

  @Test
  void vectorsOf512BitsHaveAWayForRowsAConstantStepApart() {
    boolean wide = FloatVector.SPECIES_PREFERRED.length() == Panels.UNIT;
    for (int n : new int[] {16, 32, 48}) {
      assertThat(SimdRowProduct8.computes(n, Panels.ROW_STEP)).as("%d columns", n).isEqualTo(wide);
    }
    assertThat(SimdRowProduct8.computes(64, 8)).isFalse();
    assertThat(SimdRowProduct8.computes(40, 8)).isFalse();
    assertThat(SimdRowProduct8.computes(48, Panels.ROW_STEP + 1)).isFalse();
  }

  @Test
  void linearLayersOfManyChannelsAreMultipliedInSuchRows() {
    AtomicInteger calls = new AtomicInteger();
    try (Engine engine = Engines.counting("multiplyRows", calls)) {
      for (ConvolutionShape shape : List.of(new ConvolutionShape(1, 3, 3, 64, 24, 1, 1, 0),
          new ConvolutionShape(1, 3, 3, 63, 24, 1, 1, 0), new ConvolutionShape(1, 3, 3, 64, 24, 3, 1, 1))) {
        Convolution convolution = new Convolution(engine, shape, Convolution.Path.DENSE);
        float[] w = KernelSamples.floats(new Random(7), shape.weightLength());
        convolution.forward(new HeapFloats(KernelSamples.floats(new Random(8), 3 * 3 * shape.inChannels())),
            new HeapFloats(w), (float[]) null, Floats.of(Nd4j.createFromArray(new float[3 * 3 * 24])));
        assertThat(calls.getAndSet(0) > 0).as("%s", shape).isEqualTo(shape.taps() == 64);
      }
    }
  }

  @Test
  void productsAtWinogradsPointsOfManyChannelsReadSuchRows() {
    AtomicInteger calls = new AtomicInteger();
    try (Engine engine = Engines.counting("multiplyRows", calls)) {
      for (int in : new int[] {95, 96}) {
        ConvolutionShape shape = new ConvolutionShape(1, 4, 4, in, 32, 3, 1, 1);
        new Convolution(engine, shape, Convolution.Path.WINOGRAD).forward(
            new HeapFloats(KernelSamples.floats(new Random(8), 4 * 4 * in)),
            new HeapFloats(KernelSamples.floats(new Random(7), shape.weightLength())), (float[]) null,
            Floats.of(Nd4j.createFromArray(new float[4 * 4 * 32])));
        assertThat(calls.getAndSet(0)).as("%d channels", in).isEqualTo(in == 96 ? WinogradTiles.POINTS : 0);
      }
    }
  }

  /** The last panel of an array has nothing behind it; the one before has less than a panel. */
  @Test
  void whatLiesBehindAPanelIsFetchedOnlyWhereItIsThere() {
    Kernels simd = KernelSamples.simd();
    int k = 30;
    Random random = new Random(9);
    float[] a = KernelSamples.floats(random, 100 * Panels.ROW_STEP);
    float[] b = KernelSamples.floats(random, 1 << 20);
    float[] start = KernelSamples.floats(random, 48);
    for (int m : new int[] {43, 100}) {
      for (int behind : new int[] {0, 1, 6 * k - 1, 6 * k, 48 * k - 1, 48 * k, 50 * k, 60 * k}) {
        int at = b.length - 48 * k - behind;
        float[] expected = new float[m * 48];
        float[] actual = new float[m * 48];
        simd.multiply(m, 48, k, a, 0, Panels.ROW_STEP, 1, b, at, 48, start, 0, 0, expected, 0, 48);
        simd.multiplyRows(m, 48, k, a, 0, b, at, start, 0, 0, actual, 0, 48);
        assertThat(actual).as("%d rows, %d floats behind", m, behind).containsExactly(expected);
      }
    }
  }

  @Test
  void onlyWholePanelsOfMoreThanTheNearCachesHoldAreFetchedAhead() {
    boolean wide = FloatVector.SPECIES_PREFERRED.length() == Panels.UNIT;
    assertThat(SimdFetchingProduct8.computes(48, 30, 1 << 20, 0)).isEqualTo(wide);
    assertThat(SimdFetchingProduct8.computes(48, Panels.ROW_STEP, 1 << 20, 0)).isEqualTo(wide);
    assertThat(SimdFetchingProduct8.computes(48, 30, (1 << 20) - 1, 0)).isFalse();
    assertThat(SimdFetchingProduct8.computes(32, 30, 1 << 20, 0)).isFalse();
    assertThat(SimdFetchingProduct8.computes(48, 31, 1 << 20, 0)).isEqualTo(wide);
    assertThat(SimdFetchingProduct8.computes(48, Panels.ROW_STEP + 1, 1 << 20, 0)).isFalse();
    assertThat(SimdFetchingProduct8.computes(48, 30, 1 << 20, 48)).as("rows that start differently").isFalse();
  }

  /** Odd numbers of rows and depths, against the product that knows no steps. */
  @Test
  void factorsInPanelsAreMultipliedAsAllOthers() {
    Kernels simd = KernelSamples.simd();
    Random random = new Random(10);
    assertThat(SimdPanelProduct8.computes(48, 48)).isEqualTo(FloatVector.SPECIES_PREFERRED.length() == Panels.UNIT);
    assertThat(SimdPanelProduct8.computes(49, 48)).isFalse();
    assertThat(SimdPanelProduct8.computes(48, 49)).isFalse();
    for (int k : new int[] {0, 1, 2, 37, 401, 803}) {
      for (int m : new int[] {8, 16, 21, 48}) {
        float[] a = KernelSamples.floats(random, k * 48);
        float[] b = KernelSamples.floats(random, k * 48);
        float[] apart = new float[k * 49];
        for (int p = 0; p < k; p++) {
          System.arraycopy(a, p * 48, apart, p * 49, 48);
        }
        float[] expected = KernelSamples.floats(random, 3 + m * 50);
        float[] actual = expected.clone();
        simd.multiplyAdd(m, 48, k, apart, 0, 1, 49, b, 0, 48, expected, 3, 50);
        simd.multiplyAdd(m, 48, k, a, 0, 1, 48, b, 0, 48, actual, 3, 50);
        assertThat(actual).as("%d rows, depth %d", m, k).containsExactly(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource(IMPLEMENTATIONS)
  void oneRowOfBMayServeEveryDepth(Kernels kernels) {
    float[] a = {1f, 2f, 3f};
    float[] b = KernelSamples.floats(new Random(1), 20);
    float[] c = new float[20];
    kernels.multiplyAdd(1, 20, 3, a, 0, 3, 1, b, 0, 0, c, 0, 20);
    for (int j = 0; j < c.length; j++) {
      assertThat(c[j]).isCloseTo(6f * b[j], within(1e-5f));
    }
  }
}
