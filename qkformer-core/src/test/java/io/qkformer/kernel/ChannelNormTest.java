package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChannelNormTest {

  private static final String IMPLEMENTATIONS = "io.qkformer.kernel.KernelSamples#implementations";

  @ParameterizedTest
  @MethodSource(IMPLEMENTATIONS)
  void anyPieceOfAMapIsNormedAsTheWholeMap(Kernels kernels) {
    Random random = new Random(1);
    int channels = 19;
    ChannelNorm norm = new ChannelNorm(KernelSamples.floats(random, channels), KernelSamples.floats(random, channels),
        KernelSamples.floats(random, channels));
    float[] x = KernelSamples.floats(random, 5 * channels);
    float[] y = new float[x.length];
    for (int j = 0; j < x.length; j++) {
      int c = j % channels;
      y[j] = (x[j] - norm.centre()[c]) * norm.scale()[c] + norm.shift()[c];
    }
    for (int from = 0; from < x.length; from += 3) {
      for (int n = 0; from + n <= x.length; n += 7) {
        float[] piece = new float[n];
        norm.apply(kernels, from % channels, x, from, n, piece, 0);
        assertThat(piece).containsExactly(java.util.Arrays.copyOfRange(y, from, from + n));
      }
    }
  }

  @ParameterizedTest
  @MethodSource(IMPLEMENTATIONS)
  void noNormChangesNothing(Kernels kernels) {
    float[] x = new float[150];
    float[] special = {0f, -0f, 1f, -1e-45f, Float.MAX_VALUE, Float.NEGATIVE_INFINITY, 0.1f};
    for (int j = 0; j < x.length; j++) {
      x[j] = special[j % special.length];
    }
    float[] y = new float[x.length];
    ChannelNorm.NONE.apply(kernels, 0, x, 0, x.length, y, 0);
    assertThat(y).containsExactly(x);
  }

  @Test
  void unequalLengthsAreRefused() {
    assertThatThrownBy(() -> new ChannelNorm(new float[3], new float[3], new float[2]))
        .hasMessageContaining("for each channel, got 3, 3 and 2");
  }
}
