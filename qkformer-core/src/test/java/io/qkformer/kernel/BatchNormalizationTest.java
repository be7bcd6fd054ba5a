package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.support.Engines;
import io.qkformer.tensor.Floats;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.factory.Nd4j;

class BatchNormalizationTest {

  /** Rows of one channel; each must keep its digits. */
  private enum Kind {
    PLAIN, FAR_FROM_ZERO, CONSTANT, JUMPING, LATE, OUTLIER;

    IntToDoubleFunction values(int rows, Random random) {
      return switch (this) {
        case PLAIN -> r -> random.nextGaussian();
        case FAR_FROM_ZERO -> r -> 1000 + 0.1 * random.nextGaussian();
        case CONSTANT -> r -> 0.3;
        case JUMPING -> r -> (r < rows / 2 ? -100 : 300) + 0.01 * random.nextGaussian();
        case LATE -> r -> r < 100 ? 0 : 50 + random.nextGaussian();
        case OUTLIER -> r -> r == 0 ? 1e4 : 1e-3 * random.nextGaussian();
      };
    }
  }

  @ParameterizedTest
  @CsvSource({"1,3", "2,16", "7,48", "16,16", "127,12", "128,16", "129,100", "1000,16", "20011,32"})
  void momentsHaveTheDigitsOfSumsInDouble(int rows, int channels) {
    Random random = new Random(rows);
    float[] x = new float[rows * channels];
    for (int c = 0; c < channels; c++) {
      IntToDoubleFunction values = Kind.values()[c % Kind.values().length].values(rows, random);
      for (int r = 0; r < rows; r++) {
        x[r * channels + c] = (float) values.applyAsDouble(r);
      }
    }
    for (Engine engine : Engines.all()) {
      double[] mean = new double[channels];
      double[] variance = new double[channels];
      new BatchNormalization(engine, rows, channels).moments(Floats.of(Nd4j.createFromArray(x)), mean, variance);
      for (int c = 0; c < channels; c++) {
        Kind kind = Kind.values()[c % Kind.values().length];
        double expected = 0;
        for (int r = 0; r < rows; r++) {
          expected += (double) x[r * channels + c] / rows;
        }
        double squares = 0;
        for (int r = 0; r < rows; r++) {
          squares += Math.pow(x[r * channels + c] - expected, 2) / rows;
        }
        if (kind == Kind.CONSTANT) {
          assertThat(mean[c]).isEqualTo(0.3f);
          assertThat(variance[c]).isZero();
        } else {
          String name = kind + " on " + engine.kernels().name();
          assertThat(mean[c]).as(name).isCloseTo(expected, within(1e-12 + 1e-6 * Math.sqrt(squares)));
          assertThat(variance[c]).as(name).isCloseTo(squares, within(1e-12 + 5e-6 * squares));
        }
      }
    }
  }
}
