package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TranspositionTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 16, 21})
  void rowsBecomeColumnsAndWhatLiesBetweenStays(int rows) {
    int n = 5;
    int step = rows + 3;
    float[] from = KernelSamples.floats(new Random(rows), 2 + rows * n);
    float[] target = KernelSamples.floats(new Random(1), 4 + n * step);
    float[] expected = target.clone();
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < n; i++) {
        expected[4 + i * step + row] = from[2 + row * n + i];
      }
    }
    Transposition.transpose(from, 2, rows, n, target, 4, step);
    assertThat(target).containsExactly(expected);
  }
}
