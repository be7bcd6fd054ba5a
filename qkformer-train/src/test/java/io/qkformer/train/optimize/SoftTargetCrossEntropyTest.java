package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.tensor.RandomStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SoftTargetCrossEntropyTest {

  private static INDArray random(int batch, int classes) {
    RandomStream random = RandomStream.of(1, "logits");
    float[] values = new float[batch * classes];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * random.nextGaussian());
    }
    return Nd4j.createFromArray(values).reshape(batch, classes);
  }

  @Test
  void equalLogitsCostTheLogarithmOfTheClasses() {
    Loss loss = SoftTargetCrossEntropy.of(Nd4j.valueArrayOf(new long[] {2, 4}, 3, DataType.FLOAT),
        SoftTargets.of(new int[] {0, 3}, 4, 0));

    assertThat(loss.value()).isCloseTo(Math.log(4), within(1e-12));
    assertThat(loss.gradient().toFloatMatrix()[0]).containsExactly(-0.375f, 0.125f, 0.125f, 0.125f);
    assertThat(loss.gradient().toFloatMatrix()[1]).containsExactly(0.125f, 0.125f, 0.125f, -0.375f);
  }

  @Test
  void costsTheEntropyOfTheTargetsAtItsMinimum() {
    SoftTargets targets = SoftTargets.of(new int[] {3}, 10, 0.1);
    INDArray logits = Nd4j.create(DataType.FLOAT, 1, 10);
    for (int k = 0; k < 10; k++) {
      logits.putScalar(0, k, Math.log(targets.at(0, k)));
    }
    Loss loss = SoftTargetCrossEntropy.of(logits, targets);

    assertThat(loss.value()).as("reference-facts 3.3: 0.5003 for K = 10").isCloseTo(0.5003, within(5e-5));
    assertThat(loss.gradient().amaxNumber().doubleValue()).isLessThan(1e-7);
  }

  @Test
  void gradientIsTheFiniteDifference() {
    INDArray logits = random(3, 5);
    SoftTargets targets = SoftTargets.of(new int[] {4, 0, 2}, 5, 0.1).mixedWithReversed(0.3);
    Loss loss = SoftTargetCrossEntropy.of(logits, targets);
    float step = 1f / 256;
    for (int b = 0; b < 3; b++) {
      for (int k = 0; k < 5; k++) {
        float at = logits.getFloat(b, k);
        double high = SoftTargetCrossEntropy.of(logits.dup().putScalar(b, k, at + step), targets).value();
        double low = SoftTargetCrossEntropy.of(logits.dup().putScalar(b, k, at - step), targets).value();
        double width = (double) (at + step) - (double) (at - step);
        assertThat((double) loss.gradient().getFloat(b, k)).isCloseTo((high - low) / width, within(1e-6));
      }
    }
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    INDArray logits = Nd4j.createFromArray(new float[][] {{1e30f, 0}, {-1e30f, 0}});
    Loss loss = SoftTargetCrossEntropy.of(logits, SoftTargets.of(new int[] {0, 1}, 2, 0));

    assertThat(loss.value()).isEqualTo(0);
    assertThat(loss.gradient().amaxNumber().doubleValue()).isEqualTo(0);
  }

  @Test
  void logitsMayBeAViewAndStayAsTheyAre() {
    INDArray logits = random(5, 3);
    INDArray before = logits.dup();
    SoftTargets targets = SoftTargets.of(new int[] {0, 1, 2}, 5, 0.1);
    Loss ofView = SoftTargetCrossEntropy.of(logits.transpose(), targets);

    assertThat(ofView.value())
        .isEqualTo(SoftTargetCrossEntropy.of(logits.transpose().dup('c'), targets).value());
    assertThat(logits).isEqualTo(before);
  }

  @Test
  void badLogitsAreNamed() {
    SoftTargets targets = SoftTargets.of(new int[] {0, 1}, 3, 0);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      INDArray logits = random(2, 3).putScalar(1, 2, bad);
      assertThatThrownBy(() -> SoftTargetCrossEntropy.of(logits, targets))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("logits[1, 2] must be finite, got " + bad).hasMessageContaining("diverged");
    }
    assertThatThrownBy(() -> SoftTargetCrossEntropy.of(random(2, 4), targets))
        .hasMessage("expected logits FLOAT [B=2, classes=3], got FLOAT [2, 4]");
    assertThatThrownBy(() -> SoftTargetCrossEntropy.of(random(3, 3), targets)).hasMessageContaining("[3, 3]");
    assertThatThrownBy(() -> SoftTargetCrossEntropy.of(random(2, 3).castTo(DataType.DOUBLE), targets))
        .hasMessageContaining("DOUBLE");
  }
}
