package io.qkformer.train.analysis;

import io.qkformer.attention.AttentionConfig;
import io.qkformer.attention.SpikingAttention;
import io.qkformer.kernel.ConvolutionShape;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.Layer;
import io.qkformer.layer.LayerObserver;
import io.qkformer.train.analysis.LayerOperations.Needs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Counts the operations of a network's matrix products: convolutions, linear layers, attention cores. To be observed in
 * evaluation: stochastic depth scales spikes to real numbers. Not to be shared by threads.
 *
 * <p>A convolution whose input holds whole numbers adds: an input of value n counts n accumulates for each weight that it
 * meets; one at the border meets fewer. Any other input multiplies: all weights count, padding included, for each of the
 * T0 steps (a static image: one). Cores: QKTA and QKCA add each spike of Q once (and mask K, which is no addition); SDSA
 * adds each spike that Q and K share; SSA adds {@code k_i v_j} for each pair of spikes of a token in one head, and a row of
 * {@code K^T V} for each spike of Q. Not counted: batch norm (folded into the weights), bias, neurons (charge, compare,
 * reset), pooling, sums of residual connections, the mean before the head.
 */
public final class OperationMonitor implements LayerObserver {

  private static final class Counts {
    Needs needs = Needs.ADDITIONS;
    long samples;
    long inputs;
    long nonzero;
    long dense;
    long additions;
  }

  private final LayerPattern pattern;
  private final Map<String, Counts> layers = new LinkedHashMap<>();

  /** A monitor of the layers that the pattern names. */
  public OperationMonitor(LayerPattern pattern) {
    this.pattern = pattern;
  }

  @Override
  public void computed(String layer, Layer part, List<INDArray> inputs, INDArray output) {
    if (!pattern.matches(layer)) {
      return;
    }
    if (part instanceof Conv2d convolution) {
      add(convolution, inputs.get(0), counts(layer, inputs));
    } else if (part instanceof SpikingAttention attention && layer.endsWith(ATTENDED)) {
      add(attention.config(), inputs, counts(layer, inputs));
    }
  }

  private Counts counts(String layer, List<INDArray> inputs) {
    Counts counts = layers.computeIfAbsent(layer, name -> new Counts());
    counts.samples += inputs.get(0).size(1);
    inputs.forEach(input -> counts.inputs += input.length());
    return counts;
  }

  private static void add(Conv2d convolution, INDArray x, Counts counts) {
    ConvolutionShape shape = convolution.shape((int) (x.size(0) * x.size(1)), (int) x.size(2), (int) x.size(3));
    PixelSums sums = PixelSums.of(x);
    counts.dense += shape.multiplyAccumulates();
    counts.nonzero += sums.nonzero();
    if (!sums.isWhole()) {
      counts.needs = Needs.MULTIPLICATIONS;
    }
    int[] rows = outputsOf(shape.inHeight(), shape.outHeight(), shape);
    int[] columns = outputsOf(shape.inWidth(), shape.outWidth(), shape);
    for (int i = 0; i < sums.pixels().length; i++) {
      int pixel = i % (rows.length * columns.length);
      counts.additions += Math.round(sums.pixels()[i]) * rows[pixel / columns.length] * columns[pixel % columns.length]
          * shape.outChannels();
    }
  }

  /** How many outputs along an axis see each input. */
  private static int[] outputsOf(int inputs, int outputs, ConvolutionShape shape) {
    int[] counts = new int[inputs];
    for (int out = 0; out < outputs; out++) {
      for (int tap = 0; tap < shape.kernel(); tap++) {
        int in = out * shape.stride() + tap - shape.padding();
        if (in >= 0 && in < inputs) {
          counts[in]++;
        }
      }
    }
    return counts;
  }

  private static void add(AttentionConfig attention, List<INDArray> inputs, Counts counts) {
    inputs.forEach(input -> counts.nonzero += PixelSums.of(input).nonzero());
    INDArray q = inputs.get(0);
    switch (attention.kind()) {
      case QKTA, QKCA -> {
        counts.dense += 2 * q.length();
        counts.additions += PixelSums.of(q).nonzero();
      }
      case SDSA -> {
        counts.dense += 3 * q.length();
        counts.additions += HeadSums.shared(q, inputs.get(1));
      }
      case SSA -> {
        int headWidth = attention.width() / attention.heads();
        counts.dense += 2 * q.length() * headWidth;
        counts.additions += HeadSums.pairs(inputs.get(1), inputs.get(2), headWidth)
            + PixelSums.of(q).nonzero() * headWidth;
      }
    }
  }

  /** What was seen so far, in the order of computation. */
  public List<LayerOperations> layers() {
    return layers.entrySet().stream().map(entry -> {
      Counts counts = entry.getValue();
      return new LayerOperations(entry.getKey(), counts.needs, counts.samples, counts.inputs, counts.nonzero,
          counts.dense, counts.needs == Needs.ADDITIONS ? counts.additions : counts.dense);
    }).toList();
  }
}
