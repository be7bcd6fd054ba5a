package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.kernel.Convolution.Path;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Floats;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A convolution whose output goes to a sink, against the one that writes it down: the same bits. */
class StepSinkTest {

  private static final int STEPS = 3;
  private static final int BATCH = 6;
  private static final int SIDE = 12;
  private static final int IN = 70;
  /** Channels of rows that lie without gaps in the dense product. */
  private static final int FEW = 20;
  /** The sample of which one step has many counts and the others few spikes. */
  private static final int MIXED = 2;
  /** The samples of which every step has many counts, which the dense product takes. */
  private static final int CROWDED = 4;

  private static INDArray input(int in) {
    INDArray x = TestMaps.spikes(1, 0.02, STEPS, BATCH, SIDE, SIDE, in);
    Floats all = Floats.of(x);
    float[] many = TestMaps.floats(TestMaps.counts(2, 0.95, 7, SIDE, SIDE, in));
    all.write((long) (BATCH + MIXED) * many.length, many, 0, many.length);
    for (int step = 0; step < STEPS; step++) {
      for (int sample = CROWDED; sample < BATCH; sample++) {
        all.write((long) (step * BATCH + sample) * many.length, many, 0, many.length);
      }
    }
    return x;
  }

  @ParameterizedTest
  @CsvSource({IN + ", 81, 1", IN + ", 97, 1", IN + ", 128, 1", IN + ", 81, 2", IN + ", 96, 2", IN + ", 128, 3",
      FEW + ", 81, 1", FEW + ", 128, 1"})
  void everyStepArrivesOnceWhereTheRowsOfAllWaysLieAlike(int in, int out, int stride) {
    ConvolutionShape shape = new ConvolutionShape(STEPS * BATCH, SIDE, SIDE, in, out, 1, stride, 0);
    int side = shape.outHeight();
    Floats x = Floats.of(input(in));
    ConvolutionWeights w = ConvolutionWeights.of(TestMaps.floats(TestMaps.gaussian(3, in, out)));
    float[] bias = TestMaps.floats(TestMaps.gaussian(4, out));
    int sample = side * side * out;
    for (Engine engine : Engines.all()) {
      Convolution convolution = new Convolution(engine, shape, Path.BY_DENSITY);
      assertThat(Arrays.stream(convolution.paths(x)).distinct()).contains(Path.SPIKES, Path.DENSE);
      INDArray y = TestMaps.gaussian(5, STEPS, BATCH, side, side, out);
      convolution.forward(x, w, bias, Floats.of(y));
      float[] expected = TestMaps.floats(y);
      float[] actual = new float[expected.length];
      int[] left = convolution.forwardSteps(x, BATCH, w, bias, collecting(actual, side * side, out));
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

  /** Whole tiles, parts of tiles to the right and below, and channels that fill no vector. */
  @ParameterizedTest
  @CsvSource({"16, 16, 48, 96", "9, 14, 96, 48", "13, 7, 20, 33", "4, 33, 120, 64"})
  void winogradsRowsOfTilesArriveOnce(int height, int width, int in, int out) {
    ConvolutionShape shape = new ConvolutionShape(STEPS * BATCH, height, width, in, out, 3, 1, 1);
    INDArray map = TestMaps.counts(6, 0.5, 3, STEPS, BATCH, height, width, in);
    Floats x = Floats.of(map);
    // an image of nothing but empty patches, and one with some
    x.write(0, new float[height * width * in], 0, height * width * in);
    x.write((long) height * width * in, new float[height * width * in / 2], 0, height * width * in / 2);
    ConvolutionWeights w = ConvolutionWeights.of(TestMaps.floats(TestMaps.gaussian(7, 9, in, out)));
    float[] bias = TestMaps.floats(TestMaps.gaussian(8, out));
    for (Engine engine : Engines.all()) {
      Convolution convolution = new Convolution(engine, shape, Path.WINOGRAD);
      INDArray y = TestMaps.gaussian(9, STEPS, BATCH, height, width, out);
      convolution.forward(x, w, bias, Floats.of(y));
      float[] actual = new float[Math.toIntExact(y.length())];
      assertThat(convolution.forwardSteps(x, BATCH, w, bias, collecting(actual, height * width, out))).isEmpty();
      assertThat(actual).as(engine.kernels().name()).isEqualTo(TestMaps.floats(y));
    }
  }

  /** Sparse spikes at some steps of a 3x3 layer, so many at others that Winograd's algorithm takes less. */
  @ParameterizedTest
  @CsvSource({"16, 16, 128, 192", "9, 14, 192, 96", "16, 16, 192, 100"})
  void stepsOfOneSampleGoByWinogradAndBySumsOfRows(int height, int width, int in, int out) {
    ConvolutionShape shape = new ConvolutionShape(STEPS * BATCH, height, width, in, out, 3, 1, 1);
    Floats x = Floats.of(TestMaps.spikes(6, 0.01, STEPS, BATCH, height, width, in));
    float[] many = TestMaps.floats(TestMaps.counts(2, 0.9, 3, height, width, in));
    x.write((long) (BATCH + MIXED) * many.length, many, 0, many.length);
    for (int step = 0; step < STEPS; step++) {
      x.write((long) (step * BATCH + CROWDED) * many.length, many, 0, many.length);
    }
    ConvolutionWeights w = ConvolutionWeights.of(TestMaps.floats(TestMaps.gaussian(7, 9, in, out)));
    float[] bias = TestMaps.floats(TestMaps.gaussian(8, out));
    for (Engine engine : Engines.all()) {
      Convolution convolution = new Convolution(engine, shape, Path.BY_DENSITY);
      Path[] paths = convolution.paths(x);
      assertThat(List.of(paths[MIXED], paths[BATCH + MIXED])).containsExactly(Path.SPIKES, Path.WINOGRAD);
      INDArray y = TestMaps.gaussian(9, STEPS, BATCH, height, width, out);
      convolution.forward(x, w, bias, Floats.of(y));
      float[] expected = TestMaps.floats(y);
      float[] actual = new float[expected.length];
      int[] left = convolution.forwardSteps(x, BATCH, w, bias, collecting(actual, height * width, out));
      assertThat(left).containsExactly(out % Panels.UNIT == 0 ? new int[0] : new int[] {MIXED});
      int sample = height * width * out;
      for (int step = 0; step < STEPS && left.length > 0; step++) {
        Arrays.fill(expected, (step * BATCH + MIXED) * sample, (step * BATCH + MIXED + 1) * sample, 0f);
      }
      assertThat(actual).as(engine.kernels().name()).isEqualTo(expected);
    }
  }

  /** Writes down what comes, and sees to it that it comes once. */
  private static StepSink collecting(float[] y, int tokens, int channels) {
    AtomicIntegerArray seen = new AtomicIntegerArray(BATCH * tokens);
    return (sample, first, pixels, rows, at, rowStep, stepStep, scratch) -> {
      for (int pixel = first; pixel < first + pixels; pixel++) {
        assertThat(seen.getAndIncrement(sample * tokens + pixel)).isZero();
        for (int step = 0; step < STEPS; step++) {
          System.arraycopy(rows, at + step * stepStep + (pixel - first) * rowStep, y,
              ((step * BATCH + sample) * tokens + pixel) * channels, channels);
        }
      }
    };
  }

  @Test
  void fewBlocksAreLeftToTheCallerWhoseImagesAreMoreTasks() {
    ConvolutionShape shape = new ConvolutionShape(4, 8, 8, IN, 96, 1, 1, 0);
    Floats x = Floats.of(TestMaps.spikes(1, 0.1, 4, 1, 8, 8, IN));
    ConvolutionWeights w = ConvolutionWeights.of(new float[IN * 96]);
    try (Engine engine = Engine.create(Engines.PORTABLE.kernels(), 2)) {
      int[] left = new Convolution(engine, shape, Path.BY_DENSITY).forwardSteps(x, 1, w, null,
          (sample, first, pixels, rows, at, rowStep, stepStep, scratch) -> {
            throw new AssertionError("nothing was to be computed");
          });
      assertThat(left).containsExactly(0);
    }
  }

  /** Spikes that count how often somebody asks for their number. */
  private static SpikeSource counted(CompactMap map, AtomicInteger calls) {
    return new SpikeSource() {
      @Override
      public int planes() {
        return map.planes();
      }

      @Override
      public long ones(int plane, long from, long count) {
        calls.incrementAndGet();
        return map.ones(plane, from, count);
      }

      @Override
      public long word(int plane, long from, int count) {
        return map.word(plane, from, count);
      }

      @Override
      public long length() {
        return map.length();
      }

      @Override
      public void read(long from, float[] target, int offset, int count) {
        map.read(from, target, offset, count);
      }
    };
  }

  @Test
  void whatIsLeftToTheCallerIsNotLookedUpAgain() {
    ConvolutionShape shape = new ConvolutionShape(4, 8, 8, IN, 96, 1, 1, 0);
    Floats x = Floats.of(TestMaps.spikes(1, 0.1, 4, 1, 8, 8, IN));
    ConvolutionWeights w = ConvolutionWeights.of(TestMaps.floats(TestMaps.gaussian(3, IN, 96)));
    try (Engine engine = Engine.create(Engines.PORTABLE.kernels(), 2)) {
      AtomicInteger calls = new AtomicInteger();
      SpikeSource spikes = counted(CompactMap.pack(engine, x), calls);
      Convolution convolution = new Convolution(engine, shape, Path.BY_DENSITY);
      assertThat(convolution.forwardSteps(spikes, 1, w, null, (sample, first, pixels, rows, at, rowStep, stepStep, scratch) -> {
        throw new AssertionError("nothing was to be computed");
      })).containsExactly(0);
      int before = calls.get();
      assertThat(before).isPositive();
      INDArray y = TestMaps.gaussian(5, 4, 1, 8, 8, 96);
      convolution.forward(spikes, w, null, Floats.of(y));
      assertThat(calls.get()).isEqualTo(before);
      INDArray expected = TestMaps.gaussian(5, 4, 1, 8, 8, 96);
      new Convolution(engine, shape, Path.BY_DENSITY).forward(x, w, null, Floats.of(expected));
      assertThat(TestMaps.floats(y)).isEqualTo(TestMaps.floats(expected));
    }
  }
}
