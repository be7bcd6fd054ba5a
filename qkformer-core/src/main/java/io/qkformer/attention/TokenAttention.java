package io.qkformer.attention;

import io.qkformer.inference.BitAttention;
import io.qkformer.inference.BitTokenAttention;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Pass;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Q-K token attention (eq. 10): {@code A_t = SN(sum of a head's channels of Q)}, one bit per token, head and step;
 * {@code X' = A_t K}. With threshold 0.5, tau 2 and integer sums A_t is the OR of the head's spikes (reference-facts,
 * trap 4).
 *
 * <p>Kept for backward: K as bits, the sums and A_t, {@code [T, B, H, W, heads]}. Cost: O(T B N C).
 */
public final class TokenAttention extends MaskingAttention {

  private static final int TILE_FLOATS = 1 << 14;

  private final int width;
  private final int heads;
  private final int headWidth;

  /** Attention over {@code width} channels in {@code heads} contiguous segments. */
  public TokenAttention(int width, int heads, NeuronConfig attentionNeuron) {
    super(attentionNeuron);
    this.width = width;
    this.heads = heads;
    this.headWidth = width / heads;
  }

  /** Over each head's channels: {@code [.., C] -> [.., heads]}. */
  @Override
  INDArray sums(FloatSource x, FloatSource y, long[] shape, Pass pass) {
    INDArray sums = pass.allocate(shape[0], shape[1], shape[2], shape[3], heads);
    Floats target = Floats.of(sums);
    pass.engine().workers().forRanges(x.length() / width, tileRows(), (from, to, scratch) -> {
      int rows = (int) (to - from);
      float[] values = scratch.floats(0, rows * width);
      float[] out = scratch.floats(1, rows * heads);
      x.read(from * width, values, 0, rows * width);
      if (y != null) {
        float[] factors = scratch.floats(2, rows * width);
        y.read(from * width, factors, 0, rows * width);
        for (int j = 0; j < rows * width; j++) {
          values[j] *= factors[j];
        }
      }
      for (int i = 0; i < rows * heads; i++) {
        float sum = 0;
        for (int c = i * headWidth; c < (i + 1) * headWidth; c++) {
          sum += values[c];
        }
        out[i] = sum;
      }
      target.write(from * heads, out, 0, rows * heads);
    });
    return sums;
  }

  @Override
  INDArray masked(FloatSource x, Floats a, long[] shape, Pass pass) {
    INDArray masked = pass.allocate(shape);
    Floats target = Floats.of(masked);
    pass.engine().workers().forRanges(target.length() / width, tileRows(), (from, to, scratch) -> {
      int rows = (int) (to - from);
      float[] values = scratch.floats(0, rows * width);
      float[] factors = scratch.floats(1, rows * heads);
      a.read(from * heads, factors, 0, rows * heads);
      if (x == null) {
        Arrays.fill(values, 0, rows * width, 1f);
      } else {
        x.read(from * width, values, 0, rows * width);
      }
      for (int i = 0; i < rows * heads; i++) {
        float factor = factors[i];
        for (int c = i * headWidth; c < (i + 1) * headWidth; c++) {
          values[c] *= factor;
        }
      }
      target.write(from * width, values, 0, rows * width);
    });
    return masked;
  }

  private int tileRows() {
    return Math.max(1, TILE_FLOATS / width);
  }

  @Override
  public BitAttention forInference() {
    return new BitTokenAttention(heads, headWidth, neuron().step());
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    return trace(name, input, input.withChannels(heads), trace);
  }
}
