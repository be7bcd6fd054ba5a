package io.qkformer.support;

import io.qkformer.attention.AttentionConfig;
import io.qkformer.attention.AttentionKind;
import io.qkformer.attention.SsaTiming;
import io.qkformer.embedding.EmbeddingPath;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.Shortcut;
import io.qkformer.neuron.SpikingUnit.Pooling;

/** Attention, blocks and embeddings of the paper, built of the naive operations of {@link Reference}. */
public final class ReferenceParts {

  private final Reference ops;
  private final Tape tape;

  public ReferenceParts(Reference ops) {
    this.ops = ops;
    this.tape = ops.tape();
  }

  /** {Conv-BN-[MaxPool]-[SN]}; the neuron is left out where {@code neuron} is null. */
  public ReferenceMap unit(String synapse, String norm, String lif, ReferenceMap x, int kernel, int stride,
      Pooling pooling, NeuronConfig neuron) {
    ReferenceMap y = ops.normalize(norm + ".", ops.convolve(synapse + ".", x, kernel, stride, kernel / 2));
    ReferenceMap current = pooling == Pooling.MAX ? ops.pool(y) : y;
    return neuron == null ? current : ops.fire(lif + ".", current, neuron);
  }

  private ReferenceMap unit(String stem, ReferenceMap x, int kernel, int stride, Pooling pooling,
      NeuronConfig neuron) {
    return unit(stem + "_conv", stem + "_bn", stem + "_lif", x, kernel, stride, pooling, neuron);
  }

  private ReferenceMap linearUnit(String stem, String kind, ReferenceMap x, NeuronConfig neuron) {
    return unit(stem + kind, stem + "_bn", stem + "_lif", x, 1, 1, Pooling.NONE, neuron);
  }

  /** Eq. 10: one bit per token and head. */
  public ReferenceMap tokenCore(String prefix, ReferenceMap q, ReferenceMap k, int heads,
  NeuronConfig neuron) {
    int headWidth = q.channels() / heads;
    ReferenceMap sums = ReferenceMap.empty(q.time(), q.batch(), q.height(), q.width(), heads);
    ops.each(sums, (t, b, row, column, head) -> {
      int sum = tape.leaf(0);
      for (int c = head * headWidth; c < (head + 1) * headWidth; c++) {
        sum = tape.add(sum, q.at(t, b, row, column, c));
      }
      return sum;
    });
    ReferenceMap a = ops.fire(prefix + "attn_lif.", sums, neuron);
    ReferenceMap y = k.emptyLike();
    ops.each(y, (t, b, row, column, c) ->
        tape.multiply(a.at(t, b, row, column, c / headWidth), k.at(t, b, row, column, c)));
    return y;
  }

  /** Eq. 11: one bit per channel. */
  public ReferenceMap channelCore(String prefix, ReferenceMap q, ReferenceMap k, NeuronConfig neuron) {
    ReferenceMap sums = ReferenceMap.empty(q.time(), q.batch(), 1, 1, q.channels());
    ops.each(sums, (t, b, row, column, c) -> {
      int sum = tape.leaf(0);
      for (int y = 0; y < q.height(); y++) {
        for (int x = 0; x < q.width(); x++) {
          sum = tape.add(sum, q.at(t, b, y, x, c));
        }
      }
      return sum;
    });
    ReferenceMap a = ops.fire(prefix + "attn_lif.", sums, neuron);
    ReferenceMap y = k.emptyLike();
    ops.each(y, (t, b, row, column, c) -> tape.multiply(a.at(t, b, 0, 0, c), k.at(t, b, row, column, c)));
    return y;
  }

  /** SDSA: channel attention of Q where K spikes, masking V. */
  public ReferenceMap spikeDrivenCore(String prefix, ReferenceMap q, ReferenceMap k, ReferenceMap v,
      NeuronConfig neuron) {
    return channelCore(prefix, ops.multiply(q, k), v, neuron);
  }

  /** Eq. 5 as it is written: each row of the N x N map of a head is a softmax, and weighs V's tokens. */
  public ReferenceMap softmaxCore(ReferenceMap q, ReferenceMap k, ReferenceMap v, int heads) {
    int headWidth = q.channels() / heads;
    int tokens = q.height() * q.width();
    ReferenceMap attended = q.emptyLike();
    for (int t = 0; t < q.time(); t++) {
      for (int b = 0; b < q.batch(); b++) {
        for (int head = 0; head < heads; head++) {
          int from = head * headWidth;
          for (int n = 0; n < tokens; n++) {
            int[] row = new int[tokens];
            int total = tape.leaf(0);
            for (int m = 0; m < tokens; m++) {
              int dot = tape.leaf(0);
              for (int c = from; c < from + headWidth; c++) {
                dot = tape.add(dot, tape.multiply(token(q, t, b, n, c), token(k, t, b, m, c)));
              }
              row[m] = tape.exponential(tape.scale(dot, 1 / Math.sqrt(headWidth)));
              total = tape.add(total, row[m]);
            }
            for (int c = from; c < from + headWidth; c++) {
              int sum = tape.leaf(0);
              for (int m = 0; m < tokens; m++) {
                sum = tape.add(sum, tape.multiply(tape.divide(row[m], total), token(v, t, b, m, c)));
              }
              attended.set(t, b, n / q.width(), n % q.width(), c, sum);
            }
          }
        }
      }
    }
    return attended;
  }

  /** Eq. 7 as it is written, with the N x N map: {@code SN((Q K^T) V scale)} per head. */
  public ReferenceMap selfCore(String prefix, ReferenceMap q, ReferenceMap k, ReferenceMap v, int heads,
      double scale, NeuronConfig neuron) {
    int headWidth = q.channels() / heads;
    int tokens = q.height() * q.width();
    ReferenceMap current = q.emptyLike();
    for (int t = 0; t < q.time(); t++) {
      for (int b = 0; b < q.batch(); b++) {
        for (int head = 0; head < heads; head++) {
          int from = head * headWidth;
          for (int n = 0; n < tokens; n++) {
            int[] row = new int[tokens];
            for (int m = 0; m < tokens; m++) {
              row[m] = tape.leaf(0);
              for (int c = from; c < from + headWidth; c++) {
                row[m] = tape.add(row[m], tape.multiply(token(q, t, b, n, c), token(k, t, b, m, c)));
              }
            }
            for (int c = from; c < from + headWidth; c++) {
              int sum = tape.leaf(0);
              for (int m = 0; m < tokens; m++) {
                sum = tape.add(sum, tape.multiply(row[m], token(v, t, b, m, c)));
              }
              current.set(t, b, n / q.width(), n % q.width(), c, tape.scale(sum, scale));
            }
          }
        }
      }
    }
    return ops.fire(prefix + "attn_lif.", current, neuron);
  }

  private static int token(ReferenceMap x, int t, int b, int n, int c) {
    return x.at(t, b, n / x.width(), n % x.width(), c);
  }

  /** Projections, core, output projection. */
  public ReferenceMap attention(String prefix, ReferenceMap x, AttentionConfig config) {
    String kind = config.names() == AttentionConfig.Names.CONV ? "_conv" : "_linear";
    NeuronConfig neuron = config.neuron();
    NeuronConfig inner = neuron.withThreshold(config.threshold());
    ReferenceMap q = linearUnit(prefix + "q", kind, x, neuron);
    ReferenceMap k = linearUnit(prefix + "k", kind, x, neuron);
    ReferenceMap y = switch (config.kind()) {
      case QKTA -> tokenCore(prefix, q, k, config.heads(), inner);
      case QKCA -> channelCore(prefix, q, k, inner);
      case SSA -> selfCore(prefix, q, k, linearUnit(prefix + "v", kind, x, neuron), config.heads(),
          config.scale(),
          inner);
      case SDSA -> spikeDrivenCore(prefix, q, k, linearUnit(prefix + "v", kind, x, neuron), inner);
    };
    NeuronConfig last = config.shortcut() == Shortcut.PRE_ACTIVATION ? null : neuron;
    boolean merged = config.kind() == AttentionKind.SSA && config.timing() == SsaTiming.MERGED;
    ReferenceMap out = linearUnit(prefix + "proj", kind, merged ? y.reshape(y.time() * y.batch(), 1) : y,
        last);
    return out.reshape(y.time(), y.batch());
  }

  /** Eq. 13, 14, with either shortcut. */
  public ReferenceMap block(String prefix, String attentionName, String hidden, String kind, ReferenceMap x,
      AttentionConfig config) {
    NeuronConfig neuron = config.neuron();
    boolean pre = config.shortcut() == Shortcut.PRE_ACTIVATION;
    String attention = prefix + attentionName + ".";
    ReferenceMap seen = pre ? ops.fire(attention + "pre_lif.", x, neuron) : x;
    ReferenceMap middle = ops.add(x, attention(attention, seen, config));
    String mlp = prefix + "mlp.";
    ReferenceMap spikes = pre ? ops.fire(mlp + "pre_lif.", middle, neuron) : middle;
    ReferenceMap inner = linearUnit(mlp + hidden + "1", kind, spikes, neuron);
    return ops.add(middle, linearUnit(mlp + hidden + "2", kind, inner, pre ? null : neuron));
  }

  /** Eq. 16 and 17. */
  public ReferenceMap embedding(String prefix, ReferenceMap x, EmbeddingPath path, NeuronConfig neuron,
      Shortcut shortcut) {
    boolean pre = shortcut == Shortcut.PRE_ACTIVATION;
    NeuronConfig last = pre ? null : neuron;
    ReferenceMap value = pre && path.tap() == EmbeddingPath.INPUT ? ops.fire(prefix + "pre_lif.", x, neuron)
        : x;
    ReferenceMap tapped = value;
    for (int i = 0; i < path.units().size(); i++) {
      EmbeddingPath.Unit unit = path.units().get(i);
      value = unit(prefix + unit.name(), value, 3, 1, unit.pooling(), i == path.units().size() - 1 ? last
          : neuron);
      tapped = i == path.tap() ? value : tapped;
    }
    return ops.add(value, unit(prefix + "proj_res", tapped, 1, path.stride(), Pooling.NONE, last));
  }
}
