package io.qkformer.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.neuron.SigmoidSurrogate;
import org.junit.jupiter.api.Test;

class TapeTest {

  private static int expression(Tape tape, int a, int b) {
    int product = tape.multiply(tape.add(a, b), tape.sigmoid(a));
    int quotient = tape.divide(product, tape.squareRoot(tape.add(tape.multiply(b, b), tape.leaf(1))));
    return tape.subtract(tape.scale(quotient, 3), tape.multiply(tape.maximum(a, b), tape.exponential(b)));
  }

  private static double value(double a, double b) {
    Tape tape = new Tape();
    return tape.value(expression(tape, tape.leaf(a), tape.leaf(b)));
  }

  @Test
  void gradientsEqualFiniteDifferences() {
    Tape tape = new Tape();
    int a = tape.leaf(0.7);
    int b = tape.leaf(-1.3);
    int result = expression(tape, a, b);
    double[] gradients = tape.gradients(new int[] {result}, new double[] {2});
    double e = 1e-6;
    assertThat(gradients[a]).isCloseTo(2 * (value(0.7 + e, -1.3) - value(0.7 - e, -1.3)) / (2 * e),
        within(1e-8));
    assertThat(gradients[b]).isCloseTo(2 * (value(0.7, -1.3 + e) - value(0.7, -1.3 - e)) / (2 * e),
        within(1e-8));
  }

  @Test
  void aStepFiresAtTheThresholdAndHasTheSurrogatesDerivative() {
    Tape tape = new Tape();
    int h = tape.leaf(1);
    int s = tape.step(h, 1, new SigmoidSurrogate());
    assertThat(tape.value(s)).isEqualTo(1);
    assertThat(tape.gradients(new int[] {s}, new double[] {1})[h]).isEqualTo(1);
  }
}
