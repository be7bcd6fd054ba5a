package io.qkformer.model;

import io.qkformer.kernel.Engine;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.Shapes;
import java.util.concurrent.atomic.AtomicLong;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a model takes, in training, evaluation and inference alike. */
final class ModelInput {

  private static final int GRAIN = 1 << 16;

  private ModelInput() {
  }

  /** Throws IllegalArgumentException when rank, channels, size or T do not fit, or a value is not finite. */
  static void require(HstConfig config, INDArray x, int timeSteps, Engine engine) {
    Shapes.requireMap(x, config.inChannels(), "the model's input");
    int stride = config.totalStride();
    if (x.size(2) % stride != 0 || x.size(3) % stride != 0) {
      throw new IllegalArgumentException("height and width must be multiples of " + stride + ", got "
          + Shapes.toMapString(x));
    }
    if (x.size(0) != 1 && x.size(0) != timeSteps) {
      throw new IllegalArgumentException("expected T0 = 1 (static) or T = " + timeSteps + " of the pass, got "
          + Shapes.toMapString(x));
    }
    Floats values = Floats.of(x);
    AtomicLong bad = new AtomicLong(Long.MAX_VALUE);
    engine.workers().forRanges(values.length(), GRAIN, (from, to, scratch) -> {
      int n = (int) (to - from);
      float[] tile = scratch.floats(0, n);
      values.read(from, tile, 0, n);
      for (int j = 0; j < n; j++) {
        if (!Float.isFinite(tile[j])) {
          bad.accumulateAndGet(from + j, Math::min);
          return;
        }
      }
    });
    if (bad.get() < Long.MAX_VALUE) {
      long sample = bad.get() / (x.length() / (x.size(0) * x.size(1))) % x.size(1);
      float[] value = new float[1];
      values.read(bad.get(), value, 0, 1);
      throw new IllegalArgumentException("the input holds " + value[0] + " in sample " + sample
          + " of the batch; expected finite values");
    }
  }
}
