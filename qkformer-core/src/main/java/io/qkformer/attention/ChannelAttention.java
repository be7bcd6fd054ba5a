package io.qkformer.attention;

import io.qkformer.inference.BitAttention;
import io.qkformer.inference.BitChannelAttention;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Pass;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Q-K channel attention (eq. 11): {@code A_c = SN(sum over all tokens of Q)}, one bit per channel and step;
 * {@code X' = A_c K}. Heads make no difference: each channel has its own bit.
 *
 * <p>Kept for backward: K as bits, the sums and A_c, {@code [T, B, 1, 1, C]}. Cost: O(T B N C).
 */
public final class ChannelAttention extends MaskingAttention {

  private final int width;

  /** Attention over {@code width} channels. */
  public ChannelAttention(int width, NeuronConfig attentionNeuron) {
    super(attentionNeuron);
    this.width = width;
  }

  /** Over the tokens of each step and sample: {@code [T, B, H, W, C] -> [T, B, 1, 1, C]}. */
  @Override
  INDArray sums(FloatSource x, FloatSource y, long[] shape, Pass pass) {
    INDArray sums = pass.allocate(shape[0], shape[1], 1, 1, width);
    Floats target = Floats.of(sums);
    int frame = Math.toIntExact(shape[2] * shape[3] * width);
    pass.engine().workers().forEach(Math.toIntExact(shape[0] * shape[1]), (index, scratch) -> {
      float[] values = scratch.floats(0, frame);
      float[] sum = scratch.floats(2, width);
      Arrays.fill(sum, 0, width, 0f);
      x.read((long) index * frame, values, 0, frame);
      if (y != null) {
        float[] factors = scratch.floats(1, frame);
        y.read((long) index * frame, factors, 0, frame);
        for (int j = 0; j < frame; j++) {
          values[j] *= factors[j];
        }
      }
      pass.engine().kernels().addColumns(values, 0, frame / width, width, sum);
      target.write((long) index * width, sum, 0, width);
    });
    return sums;
  }

  @Override
  INDArray masked(FloatSource x, Floats a, long[] shape, Pass pass) {
    INDArray masked = pass.allocate(shape);
    Floats target = Floats.of(masked);
    int frame = Math.toIntExact(shape[2] * shape[3] * width);
    pass.engine().workers().forEach(Math.toIntExact(shape[0] * shape[1]), (index, scratch) -> {
      float[] values = scratch.floats(0, frame);
      float[] factors = scratch.floats(1, width);
      a.read((long) index * width, factors, 0, width);
      if (x == null) {
        Arrays.fill(values, 0, frame, 1f);
      } else {
        x.read((long) index * frame, values, 0, frame);
      }
      for (int row = 0; row < frame; row += width) {
        for (int c = 0; c < width; c++) {
          values[row + c] *= factors[c];
        }
      }
      target.write((long) index * frame, values, 0, frame);
    });
    return masked;
  }

  @Override
  public BitAttention forInference() {
    return new BitChannelAttention(neuron().step());
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    return trace(name, input, input.withSize(1, 1), trace);
  }
}
