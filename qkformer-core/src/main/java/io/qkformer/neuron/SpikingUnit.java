package io.qkformer.neuron;

import io.qkformer.inference.FoldedUnit;
import io.qkformer.kernel.GradientSums;
import io.qkformer.layer.Backward;
import io.qkformer.layer.BatchNorm;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.Conv2d.BiasGradient;
import io.qkformer.layer.Layer;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.MaxPool;
import io.qkformer.layer.NormStatistics;
import io.qkformer.layer.NormalizedMap;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Sequential;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.StateVisitor;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.Shapes;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The network's building block {Conv-BN-[MaxPool]-SN}: {@code [T, B, H, W, in] -> [T, B, H', W', out]} spikes.
 *
 * <p>The normed map is never stored: pooling and neuron norm the convolution's output while they read it. Kept for
 * backward: the convolution's output, its input in compact form, and where pooling is, the pooled map and a byte per
 * output. {@link #composed} is the slow twin, the same parts one after the other.
 */
public final class SpikingUnit implements Layer {

  /** What lies between batch norm and neuron. */
  public enum Pooling {
    /** Nothing. */
    NONE,
    /** 3x3 max pooling of stride 2. */
    MAX
  }

  /** What the unit ends with. */
  public enum End {
    /** A spiking neuron: the output is spikes. */
    SPIKES,
    /** Batch norm or pooling: the output is a current, for pre-activation shortcuts (eq. 17). */
    CURRENT
  }

  private final UnitNames names;
  private final Conv2d synapse;
  private final BatchNorm norm;
  private final Pooling pooling;
  private final SpikingNeuron neuron;
  private final MaxPool pool = new MaxPool();

  /** A unit that ends in spikes. */
  public SpikingUnit(UnitNames names, Conv2d synapse, Pooling pooling, NeuronConfig neuron) {
    this(names, synapse, pooling, neuron, End.SPIKES);
  }

  /** A unit with either end. */
  public SpikingUnit(UnitNames names, Conv2d synapse, Pooling pooling, NeuronConfig neuron, End end) {
    this.names = names;
    this.synapse = synapse;
    this.norm = new BatchNorm(synapse.outChannels());
    this.pooling = pooling;
    this.neuron = end == End.SPIKES ? new SpikingNeuron(neuron) : null;
  }

  /** The convolution or linear layer. */
  public Conv2d synapse() {
    return synapse;
  }

  /** Whether pooling halves the map. */
  public Pooling pooling() {
    return pooling;
  }

  /** The parts' names. */
  public UnitNames names() {
    return names;
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    Output summed = sum(x, pass);
    Output fired = activate(summed.value(), pass);
    if (!pass.mode().keepsState()) {
      return fired;
    }
    return new Output(fired.value(), gradient -> {
      INDArray dy = fired.backward().apply(gradient);
      INDArray dx = summed.backward().apply(dy);
      pass.release(dy);
      return dx;
    });
  }

  /**
   * What follows the synapse: batch norm, pooling, neuron.
   *
   * @param y the synapse's output, which is this call's from now on
   */
  public Output activate(INDArray y, Pass pass) {
    NormStatistics statistics = norm.statistics(y, pass);
    NormalizedMap normed = statistics.normalized(Floats.of(y));
    MaxPool.Pooled pooled = pooling == Pooling.MAX ? pool.pool(normed, y.shape(), pass) : null;
    FloatSource current = pooled == null ? normed : Floats.of(pooled.value());
    long[] shape = pooled == null ? y.shape() : pooled.value().shape();
    INDArray out = end(current, shape, statistics, y, pooled, pass);
    if (!pass.mode().keepsState()) {
      pass.release(y);
      if (pooled != null && neuron != null) {
        pass.release(pooled.value());
      }
      return Output.evaluated(out);
    }
    long[] outShape = out.shape();
    return pass.showGradient(neuron == null ? names.norm() : names.neuron(), new Output(out, gradient -> {
      Shapes.requireGradient(gradient, outShape, names.synapse());
      INDArray dy = pooled == null && neuron != null && NeuronTiles.hasWholeRows(shape)
          ? fusedBackward(normed, shape, gradient, statistics, pass)
          : separateBackward(current, shape, gradient, statistics, y, pooled, pass);
      pass.release(y);
      return dy;
    }));
  }

  private INDArray separateBackward(FloatSource current, long[] shape, INDArray gradient, NormStatistics statistics,
      INDArray y, MaxPool.Pooled pooled, Pass pass) {
    INDArray g = endBackward(current, shape, gradient, pooled, pass);
    if (pooled != null) {
      INDArray unpooled = pooled.backward(g, pass);
      if (g != gradient) {
        pass.release(g);
      }
      g = unpooled;
    }
    INDArray dy = g == gradient ? pass.allocate(y.shape()) : g;
    statistics.backward(Floats.of(y), Floats.of(g), Floats.of(dy));
    return dy;
  }

  /** What the backward pass does with the synapse's bias. */
  public static BiasGradient biasGradient(Pass pass) {
    return pass.mode().usesBatchStatistics() ? BiasGradient.ZERO : BiasGradient.SUMMED;
  }

  private Output sum(INDArray x, Pass pass) {
    Output summed = synapse.forward(x, pass, biasGradient(pass));
    return pass.isObserved() ? pass.computed(names.synapse(), synapse, List.of(x), summed) : summed;
  }

  private INDArray end(FloatSource current, long[] shape, NormStatistics statistics, INDArray y,
      MaxPool.Pooled pooled, Pass pass) {
    if (neuron != null) {
      String before = pass.enter(names.neuron());
      INDArray spikes = neuron.fire(current, shape, pass);
      pass.leave(before);
      return spikes;
    }
    if (pooled != null) {
      return pooled.value();
    }
    INDArray out = pass.allocate(shape);
    statistics.apply(Floats.of(y), Floats.of(out));
    return out;
  }

  /** The sums of the batch norm's backward pass are taken while the neuron's gradients are in the cache. */
  private INDArray fusedBackward(NormalizedMap current, long[] shape, INDArray gradient, NormStatistics statistics,
      Pass pass) {
    GradientSums sums = statistics.gradientSums(NeuronTiles.partials(shape));
    Floats summed = current.map();
    INDArray dy = neuron.backward(current, shape, Floats.of(gradient), pass, (partial, g, gAt, x, xAt, n) ->
        sums.add(partial, g, gAt, x, xAt, n / sums.channels()));
    statistics.backward(summed, Floats.of(dy), sums, Floats.of(dy));
    return dy;
  }

  private INDArray endBackward(FloatSource current, long[] shape, INDArray gradient, MaxPool.Pooled pooled,
      Pass pass) {
    if (neuron == null) {
      return gradient;
    }
    INDArray g = neuron.backward(current, shape, Floats.of(gradient), pass);
    if (pooled != null) {
      pass.release(pooled.value());
    }
    return g;
  }

  /** The same parts as separate layers, sharing their parameters: what this unit is tested against. */
  public Layer composed() {
    return new Layer() {
      @Override
      public Output forward(INDArray x, Pass pass) {
        Layer sum = SpikingUnit.this::sum;
        List<Layer> parts = new ArrayList<>(List.of(sum, norm));
        if (pooling == Pooling.MAX) {
          parts.add(pool);
        }
        if (neuron != null) {
          parts.add(neuron);
        }
        return Sequential.chain(parts, x, pass, (layer, input) -> layer.forward(input, pass));
      }

      @Override
      public void visit(String prefix, StateVisitor visitor) {
        SpikingUnit.this.visit(prefix, visitor);
      }
    };
  }

  /** Batch norm folded into the synapse: the same up to the rounding of the products. */
  @Override
  public FoldedUnit forInference() {
    FoldedUnit unit = FoldedUnit.of(synapse.folded(norm.affine()));
    FoldedUnit sized = pooling == Pooling.MAX ? unit.pooled() : unit;
    return neuron == null ? sized : sized.firing(neuron.step());
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    String prefix = name.isEmpty() ? "" : name + ".";
    MapShape summed = synapse.trace(prefix + names.synapse(), input, trace);
    trace.keep(summed.floatBytes(), 0);
    trace.work(0);
    MapShape shape = trace.add(prefix + names.norm(), norm.toString(), summed, 0);
    if (pooling == Pooling.MAX) {
      shape = pool.trace(prefix + names.norm() + " pooled", shape, trace);
      trace.keep(neuron == null ? 0 : shape.floatBytes(), 0);
    }
    MapShape output = neuron == null ? shape : neuron.row(prefix + names.neuron(), shape, trace);
    // the gradients of the output and of the summed map; then that of the input, where the summed map was
    trace.work(output.floatBytes() + Math.max(summed.floatBytes(), input.floatBytes()));
    trace.flow(input.floatBytes() + output.floatBytes());
    return output;
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    synapse.visit(prefix + names.synapse() + ".", visitor);
    norm.visit(prefix + names.norm() + ".", visitor);
    if (neuron != null) {
      neuron.visit(prefix + names.neuron() + ".", visitor);
    }
  }
}
