package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.kernel.Convolution.Path;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.HeapFloats;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Tasks that are joined to one parallel call. */
class TasksTest {

  private static final int SIDE = 20;

  private static Tasks counting(AtomicIntegerArray calls) {
    return new Tasks(calls.length(), (index, scratch) -> calls.incrementAndGet(index));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void joinedTasksRunOnceEach(int threads) {
    AtomicIntegerArray first = new AtomicIntegerArray(7);
    AtomicIntegerArray second = new AtomicIntegerArray(3);
    try (Engine engine = Engine.create(threads)) {
      Tasks.NONE.then(counting(first)).then(Tasks.NONE).then(counting(second)).run(engine.workers());
    }
    assertThat(first.toString()).isEqualTo("[1, 1, 1, 1, 1, 1, 1]");
    assertThat(second.toString()).isEqualTo("[1, 1, 1]");
  }

  @Test
  void partsAreEvenAndMeetHoweverManyThereAre() {
    for (int[] each : new int[][] {{7, 3}, {1 << 20, 1 << 17}, {5, 5}, {Integer.MAX_VALUE, 70_000}}) {
      int longest = each[0] / each[1] + 1;
      for (int part = 0; part < each[1]; part++) {
        assertThat(Tasks.bound(each[0], part + 1, each[1]) - Tasks.bound(each[0], part, each[1])).isBetween(longest - 1, longest);
      }
      assertThat(Tasks.bound(each[0], 0, each[1])).isZero();
      assertThat(Tasks.bound(each[0], each[1], each[1])).isEqualTo(each[0]);
    }
  }

  /** Kept weights let images of both ways go in one call; weights of one call do not. */
  @Test
  void imagesOfTwoWaysInOneCallAreThoseOfTwoCalls() {
    ConvolutionShape shape = new ConvolutionShape(6, SIDE, SIDE, 70, 96, 3, 1, 1);
    INDArray x = TestMaps.spikes(1, 0.02, 6, SIDE, SIDE, 70);
    float[] crowded = TestMaps.floats(TestMaps.spikes(2, 0.7, SIDE, SIDE, 70));
    for (int image : new int[] {1, 2, 4, 5}) {
      Floats.of(x).write((long) image * crowded.length, crowded, 0, crowded.length);
    }
    float[] w = TestMaps.floats(TestMaps.gaussian(3, 9, 70, 96));
    float[] bias = TestMaps.floats(TestMaps.gaussian(4, 96));
    for (Engine engine : Engines.all()) {
      Convolution convolution = new Convolution(engine, shape, Path.BY_DENSITY);
      assertThat(convolution.paths(Floats.of(x))).containsExactly(Path.SPIKES, Path.WINOGRAD, Path.WINOGRAD, Path.SPIKES,
          Path.WINOGRAD, Path.WINOGRAD);
      assertThat(new Winograd(engine, shape).splitsColumns(4)).isFalse();
      INDArray joined = TestMaps.gaussian(5, 6, SIDE, SIDE, 96);
      convolution.forward(Floats.of(x), ConvolutionWeights.of(w), bias, Floats.of(joined));
      INDArray apart = TestMaps.gaussian(6, 6, SIDE, SIDE, 96);
      convolution.forward(Floats.of(x), new HeapFloats(w), bias, Floats.of(apart));
      assertThat(TestMaps.floats(joined)).as(engine.kernels().name()).isEqualTo(TestMaps.floats(apart));
    }
  }
}
