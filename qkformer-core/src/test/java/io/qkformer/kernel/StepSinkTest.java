package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.kernel.Convolution.Path;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Floats;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A convolution whose output goes to a sink, against the one that writes it down: the same bits. */
class StepSinkTest {

  private static final int STEPS = 3;
  private static final int BATCH = 6;
  private static final int SIDE = 12;
  private static final int IN = 70;
  /** The sample of which one step has many counts and the others few spikes. */
  private static final int MIXED = 2;
  /** The samples of which every step has many counts, which the dense product takes. */
  private static final int CROWDED = 4;

  private static INDArray input() {
    INDArray x = TestMaps.spikes(1, 0.1, STEPS, BATCH, SIDE, SIDE, IN);
    Floats all = Floats.of(x);
    float[] many = TestMaps.floats(TestMaps.counts(2, 0.95, 7, SIDE, SIDE, IN));
    all.write((long) MIXED * many.length, many, 0, many.length);
    for (int step = 0; step < STEPS; step++) {
      for (int sample = CROWDED; sample < BATCH; sample++) {
        all.write((long) (step * BATCH + sample) * many.length, many, 0, many.length);
      }
    }
    return x;
  }

  @ParameterizedTest
  @ValueSource(ints = {81, 97, 128})
  void everyStepArrivesOnceAndInOrderWhereTheRowsOfAllWaysLieAlike(int out) {
    ConvolutionShape shape = new ConvolutionShape(STEPS * BATCH, SIDE, SIDE, IN, out, 1, 1, 0);
    Floats x = Floats.of(input());
    ConvolutionWeights w = ConvolutionWeights.of(TestMaps.floats(TestMaps.gaussian(3, IN, out)));
    float[] bias = TestMaps.floats(TestMaps.gaussian(4, out));
    int sample = SIDE * SIDE * out;
    for (Engine engine : Engines.all()) {
      Convolution convolution = new Convolution(engine, shape, Path.BY_DENSITY);
      assertThat(Arrays.stream(convolution.paths(x)).distinct()).contains(Path.SPIKES, Path.DENSE);
      INDArray y = TestMaps.gaussian(5, STEPS, BATCH, SIDE, SIDE, out);
      convolution.forward(x, w, bias, Floats.of(y));
      float[] expected = TestMaps.floats(y);
      float[] actual = new float[expected.length];
      AtomicIntegerArray next = new AtomicIntegerArray(BATCH * SIDE * SIDE);
      int[] left = convolution.forwardSteps(x, BATCH, w, bias, (step, index, first, pixels, rows, at, rowStep, scratch) -> {
        for (int pixel = 0; pixel < pixels; pixel++) {
          assertThat(next.getAndIncrement(index * SIDE * SIDE + first + pixel)).isEqualTo(step);
          System.arraycopy(rows, at + pixel * rowStep, actual, (step * BATCH + index) * sample + (first + pixel) * out, out);
        }
      });
      int[] apart = out % Panels.UNIT == 0 ? new int[0] : new int[] {MIXED};
      assertThat(left).containsExactly(apart);
      for (int index = 0; index < STEPS * BATCH; index++) {
        int from = index * sample;
        float[] got = Arrays.copyOfRange(actual, from, from + sample);
        assertThat(got).as("%s, image %d", engine.kernels().name(), index).isEqualTo(
            apart.length > 0 && index % BATCH == MIXED ? new float[sample] : Arrays.copyOfRange(expected, from, from + sample));
      }
    }
  }

  @Test
  void fewBlocksAreLeftToTheCallerWhoseImagesAreMoreTasks() {
    ConvolutionShape shape = new ConvolutionShape(4, 8, 8, IN, 96, 1, 1, 0);
    Floats x = Floats.of(TestMaps.spikes(1, 0.1, 4, 1, 8, 8, IN));
    ConvolutionWeights w = ConvolutionWeights.of(new float[IN * 96]);
    try (Engine engine = Engine.create(Engines.PORTABLE.kernels(), 2)) {
      int[] left = new Convolution(engine, shape, Path.BY_DENSITY).forwardSteps(x, 1, w, null,
          (step, sample, first, pixels, rows, at, rowStep, scratch) -> {
            throw new AssertionError("nothing was to be computed");
          });
      assertThat(left).containsExactly(0);
    }
  }
}
