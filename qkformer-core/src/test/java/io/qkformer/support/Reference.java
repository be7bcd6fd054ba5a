package io.qkformer.support;

import io.qkformer.kernel.NeuronStep.ResetGradient;
import io.qkformer.layer.BatchNorm;
import io.qkformer.layer.Buffer;
import io.qkformer.layer.Layer;
import io.qkformer.layer.Mode;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.StateVisitor;
import io.qkformer.neuron.NeuronConfig;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The equations of the paper written once more, naively, in double precision on a {@link Tape}: one loop per
 * index,
 * the N x N attention map formed, batch statistics in two sweeps. Reads a layer's parameters under their
 * names.
 */
public final class Reference {

  private final Tape tape = new Tape();
  private final Map<String, int[]> parameters = new LinkedHashMap<>();
  private final Map<String, double[]> buffers = new HashMap<>();
  private final Mode mode;
  private final int timeSteps;

  /** Copies the state of a layer as it is now. */
  public Reference(Layer layer, Mode mode, int timeSteps) {
    this.mode = mode;
    this.timeSteps = timeSteps;
    layer.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
        parameters.put(name, leaves(TestMaps.doubles(parameter.value())));
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        buffers.put(name, TestMaps.doubles(buffer.value()));
      }
    });
  }

  public Tape tape() {
    return tape;
  }

  public int timeSteps() {
    return timeSteps;
  }

  public Map<String, int[]> parameters() {
    return parameters;
  }

  private int[] leaves(double[] values) {
    int[] nodes = new int[values.length];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = tape.leaf(values[i]);
    }
    return nodes;
  }

  /** A map of rank 5 as leaves. */
  public ReferenceMap input(INDArray x) {
    return new ReferenceMap((int) x.size(0), (int) x.size(1), (int) x.size(2), (int) x.size(3),
        (int) x.size(4),
        leaves(TestMaps.doubles(x)));
  }

  /**
   * Convolution with the weight {@code name.weight [k, k, in, out]} and, where there is one, {@code
   * name.bias}.
   */
  public ReferenceMap convolve(String name, ReferenceMap x, int kernel, int stride, int padding) {
    int[] w = parameters.get(name + "weight");
    int[] bias = parameters.get(name + "bias");
    int out = w.length / (kernel * kernel * x.channels());
    ReferenceMap y = ReferenceMap.empty(x.time(), x.batch(), (x.height() + 2 * padding - kernel) / stride + 1,
        (x.width() + 2 * padding - kernel) / stride + 1, out);
    each(y, (t, b, row, column, c) -> {
      int sum = bias == null ? tape.leaf(0) : bias[c];
      for (int ky = 0; ky < kernel; ky++) {
        for (int kx = 0; kx < kernel; kx++) {
          int iy = row * stride + ky - padding;
          int ix = column * stride + kx - padding;
          for (int i = 0; i < x.channels() && iy >= 0 && iy < x.height() && ix >= 0 && ix < x.width(); i++) {
            int weight = w[((ky * kernel + kx) * x.channels() + i) * out + c];
            sum = tape.add(sum, tape.multiply(x.at(t, b, iy, ix, i), weight));
          }
        }
      }
      return sum;
    });
    return y;
  }

  /** A linear layer over channels. */
  public ReferenceMap linear(String name, ReferenceMap x) {
    return convolve(name, x, 1, 1, 0);
  }

  /** Batch normalisation over T, B, H, W, with batch statistics in training and running ones else. */
  public ReferenceMap normalize(String name, ReferenceMap x) {
    int[] gamma = parameters.get(name + "weight");
    int[] beta = parameters.get(name + "bias");
    int rows = x.nodes().length / x.channels();
    int[] mean = new int[x.channels()];
    int[] deviation = new int[x.channels()];
    for (int c = 0; c < x.channels(); c++) {
      if (mode == Mode.TRAINING) {
        int sum = tape.leaf(0);
        for (int r = 0; r < rows; r++) {
          sum = tape.add(sum, x.nodes()[r * x.channels() + c]);
        }
        mean[c] = tape.scale(sum, 1.0 / rows);
        int squares = tape.leaf(0);
        for (int r = 0; r < rows; r++) {
          int d = tape.subtract(x.nodes()[r * x.channels() + c], mean[c]);
          squares = tape.add(squares, tape.multiply(d, d));
        }
        deviation[c] = tape.squareRoot(tape.add(tape.scale(squares, 1.0 / rows),
            tape.leaf(BatchNorm.EPSILON)));
      } else {
        mean[c] = tape.leaf(buffers.get(name + "running_mean")[c]);
        deviation[c] = tape.leaf(Math.sqrt(buffers.get(name + "running_var")[c] + BatchNorm.EPSILON));
      }
    }
    ReferenceMap y = x.emptyLike();
    each(y, (t, b, row, column, c) -> {
      int centred = tape.divide(tape.subtract(x.at(t, b, row, column, c), mean[c]), deviation[c]);
      return tape.add(tape.multiply(centred, gamma[c]), beta[c]);
    });
    return y;
  }

  /** 3x3 max pooling, stride 2, padding 1. */
  public ReferenceMap pool(ReferenceMap x) {
    ReferenceMap y = ReferenceMap.empty(x.time(), x.batch(), (x.height() + 1) / 2, (x.width() + 1) / 2,
        x.channels());
    each(y, (t, b, row, column, c) -> {
      int best = -1;
      for (int iy = Math.max(0, 2 * row - 1); iy < Math.min(x.height(), 2 * row + 2); iy++) {
        for (int ix = Math.max(0, 2 * column - 1); ix < Math.min(x.width(), 2 * column + 2); ix++) {
          int candidate = x.at(t, b, iy, ix, c);
          best = best < 0 ? candidate : tape.maximum(best, candidate);
        }
      }
      return best;
    });
    return y;
  }

  /** Charge, fire, reset over the steps of a map; a static map is shown at each of the pass's steps. */
  public ReferenceMap fire(String name, ReferenceMap input, NeuronConfig config) {
    ReferenceMap x = input.repeat(timeSteps);
    ReferenceMap spikes = x.emptyLike();
    int rate = switch (config.model()) {
      case LIF -> tape.leaf(1 / config.tau());
      case PLIF -> tape.sigmoid(parameters.get(name + "w")[0]);
      case IF -> tape.leaf(0);
    };
    int neurons = x.nodes().length / x.time();
    for (int n = 0; n < neurons; n++) {
      int v = tape.leaf(config.hardReset().orElse(0));
      for (int t = 0; t < x.time(); t++) {
        int h = charge(config, rate, v, x.nodes()[t * neurons + n]);
        int s = tape.step(h, config.threshold(), config.surrogate());
        spikes.nodes()[t * neurons + n] = s;
        v = reset(config, h, config.resetGradient() == ResetGradient.FULL ? s : tape.leaf(tape.value(s)));
      }
    }
    return spikes;
  }

  private int charge(NeuronConfig config, int rate, int v, int x) {
    if (config.model() == NeuronConfig.Model.IF) {
      return tape.add(v, x);
    }
    int aboveRest = tape.subtract(v, tape.leaf(config.hardReset().orElse(0)));
    return config.inputDecay() == NeuronConfig.InputDecay.DECAYED
        ? tape.add(v, tape.multiply(rate, tape.subtract(x, aboveRest)))
        : tape.add(tape.subtract(v, tape.multiply(rate, aboveRest)), x);
  }

  private int reset(NeuronConfig config, int h, int s) {
    if (config.hardReset().isEmpty()) {
      return tape.subtract(h, tape.scale(s, config.threshold()));
    }
    int kept = tape.multiply(tape.subtract(tape.leaf(1), s), h);
    return tape.add(kept, tape.scale(s, config.hardReset().getAsDouble()));
  }

  public ReferenceMap add(ReferenceMap a, ReferenceMap b) {
    return combine(a, b, tape::add);
  }

  public ReferenceMap multiply(ReferenceMap a, ReferenceMap b) {
    return combine(a, b, tape::multiply);
  }

  private ReferenceMap combine(ReferenceMap a, ReferenceMap b, IntBinaryOperator operator) {
    ReferenceMap y = a.emptyLike();
    for (int i = 0; i < y.nodes().length; i++) {
      y.nodes()[i] = operator.applyAsInt(a.nodes()[i], b.nodes()[i]);
    }
    return y;
  }

  /** The mean over time and tokens, {@code [1, B, 1, 1, C]}. */
  public ReferenceMap average(ReferenceMap x) {
    ReferenceMap y = ReferenceMap.empty(1, x.batch(), 1, 1, x.channels());
    each(y, (one, b, row, column, c) -> {
      int sum = tape.leaf(0);
      for (int t = 0; t < x.time(); t++) {
        for (int iy = 0; iy < x.height(); iy++) {
          for (int ix = 0; ix < x.width(); ix++) {
            sum = tape.add(sum, x.at(t, b, iy, ix, c));
          }
        }
      }
      return tape.scale(sum, 1.0 / (x.time() * x.height() * x.width()));
    });
    return y;
  }

  /** A node for each place of a map. */
  interface Place {
    int node(int t, int b, int row, int column, int channel);
  }

  void each(ReferenceMap y, Place place) {
    for (int t = 0; t < y.time(); t++) {
      for (int b = 0; b < y.batch(); b++) {
        for (int row = 0; row < y.height(); row++) {
          for (int column = 0; column < y.width(); column++) {
            for (int c = 0; c < y.channels(); c++) {
              y.set(t, b, row, column, c, place.node(t, b, row, column, c));
            }
          }
        }
      }
    }
  }
}
