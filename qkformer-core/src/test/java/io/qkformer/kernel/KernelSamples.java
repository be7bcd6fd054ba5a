package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Named;

/** Inputs for the tests of the kernels: tiles that start at an offset and end before their array does. */
final class KernelSamples {

  static final int[] SIZES = {1, 3, 7, 13, 16, 17, 31, 33, 48, 96, 97, 207, 384};

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  private KernelSamples() {}

  /** The SIMD kernels; skips the test visibly where their module is absent. */
  static Kernels simd() {
    Assumptions.assumeTrue(ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent(),
        "runs without " + KernelProvider.VECTOR_FLAG);
    Kernels kernels = KernelProvider.simd();
    assertThat(kernels.name()).startsWith("simd-");
    return kernels;
  }

  /** The portable kernels, and the SIMD ones where their module is present. */
  static Stream<Named<Kernels>> implementations() {
    boolean vectors = ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
    Stream<Kernels> kernels =
        vectors ? Stream.of(KernelProvider.portable(), KernelProvider.simd()) : Stream.of(KernelProvider.portable());
    return kernels.map(k -> Named.of(k.name(), k));
  }

  /** Normal deviates. */
  static float[] floats(Random random, int n) {
    float[] x = new float[n];
    for (int j = 0; j < n; j++) {
      x[j] = (float) random.nextGaussian();
    }
    return x;
  }

  /** Zeros and ones. */
  static float[] spikes(Random random, int n, double rate) {
    float[] x = new float[n];
    for (int j = 0; j < n; j++) {
      x[j] = random.nextDouble() < rate ? 1f : 0f;
    }
    return x;
  }

  /** Asserts that outside [from, to) the array holds what it held before. */
  static void assertSurroundingsUntouched(float[] before, float[] after, int from, int to) {
    assertThat(after).hasSameSizeAs(before);
    assertThat(Arrays.copyOf(after, from)).containsExactly(Arrays.copyOf(before, from));
    assertThat(Arrays.copyOfRange(after, to, after.length))
        .containsExactly(Arrays.copyOfRange(before, to, before.length));
  }
}
