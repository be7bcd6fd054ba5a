package io.qkformer.neuron;

import static io.qkformer.kernel.Scratch.ALIGNED;

import io.qkformer.inference.InferenceLayer;
import io.qkformer.inference.NeuronLayer;
import io.qkformer.kernel.CompactMap;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.layer.Content;
import io.qkformer.layer.Firing;
import io.qkformer.layer.Initializer;
import io.qkformer.layer.Layer;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Output;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.Pass;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.StateLayout;
import io.qkformer.layer.StateVisitor;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.Shapes;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A multi-step spiking neuron per element: {@code [T, ...] -> [T, ...]}, spikes 0 or 1 (eq. 1-3). The membrane starts
 * at the reset potential in each forward call and ends with it: there is nothing to reset. A static input, T0 = 1 in a
 * pass of T steps, is the same current at each step.
 *
 * <p>Backward through time with the surrogate gradient (reference-facts 1.3). Kept for backward: the input current;
 * the membrane potential is computed again. Cost: O(elements), memory-bound.
 */
public final class SpikingNeuron implements Layer {

  private final NeuronConfig config;
  private final Parameter w;

  /** A neuron; PLIF's w starts at {@code -ln(tau - 1)}. */
  public SpikingNeuron(NeuronConfig config) {
    this.config = config;
    this.w = config.model() != NeuronConfig.Model.PLIF ? null
        : new Parameter(Parameter.Role.NEURON, StateLayout.SAME, Initializer.constant(-Math.log(config.tau() - 1)));
  }

  /** The equations. */
  public NeuronConfig config() {
    return config;
  }

  private double rate() {
    return w == null ? 1 / config.tau() : 1 / (1 + Math.exp(-w.value().getDouble(0)));
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    if (x.rank() < 2 || x.length() == 0) {
      throw new IllegalArgumentException("expected [T, ...] with at least one neuron, got " + Shapes.toString(x)
          + " (" + this + ")");
    }
    long[] shape = x.shape();
    INDArray spikes = fire(Floats.of(x), shape, pass);
    if (!pass.mode().keepsState()) {
      return Output.evaluated(spikes);
    }
    pass.retain(x);
    long[] outShape = spikes.shape();
    return new Output(spikes, gradient -> {
      Shapes.requireGradient(gradient, outShape, toString());
      INDArray dx = backward(Floats.of(x), shape, Floats.of(gradient), pass);
      pass.release(x);
      return dx;
    });
  }

  /**
   * The spikes for a current that is computed while it is read.
   *
   * @param shape the current's shape {@code [T0, ...]}, T0 = T or 1
   * @return spikes {@code [T, ...]}
   */
  public INDArray fire(FloatSource x, long[] shape, Pass pass) {
    NeuronTiles tiles = new NeuronTiles(x, shape, steps(shape, pass));
    long[] outShape = shape.clone();
    outShape[0] = tiles.steps();
    INDArray spikes = pass.allocate(outShape);
    Floats target = Floats.of(spikes);
    NeuronStep step = config.step((float) rate());
    Kernels kernels = pass.engine().kernels();
    // a word of the bits must belong to one tile
    long[] words = tiles.hasWholeWords()
        ? pass.engine().pool().takeWords(Math.toIntExact(spikes.length() / Long.SIZE)) : null;
    pass.engine().workers().forRanges(tiles.neurons(), tiles.size(), (from, to, scratch) ->
        tiles.fire(from, (int) (to - from), step, kernels, target, words, scratch));
    if (words != null) {
      pass.packed(spikes, CompactMap.ofSpikes(pass.engine(), spikes.length(), words));
    }
    pass.fired(target);
    if (pass.isObserved()) {
      pass.fired(new Firing(x, (int) shape[0], step, spikes));
    }
    return spikes;
  }

  /**
   * The gradient of a current from the gradient of the spikes; adds PLIF's gradient of w.
   *
   * @param x        the forward current, {@code shape}
   * @param gradient dLoss/dSpikes, {@code [T, ...]}
   * @return dLoss/dCurrent, {@code shape}: for a static current the sum over T
   */
  public INDArray backward(FloatSource x, long[] shape, FloatSource gradient, Pass pass) {
    return backward(x, shape, gradient, pass, (partial, g, gAt, current, xAt, n) -> { });
  }

  /** Sees pieces of the current's gradient while they are in the cache. */
  interface GradientObserver {
    /**
     * Is shown a piece, whole rows where {@link NeuronTiles#hasWholeRows} says so.
     *
     * @param partial below {@link NeuronTiles#partials}; pieces of one partial come one after the other, in a fixed order
     * @param g       the gradients of {@code n} currents, from {@code gAt} on
     * @param x       these currents before they were normed, from {@code xAt} on
     */
    void see(int partial, float[] g, int gAt, float[] x, int xAt, int n);
  }

  INDArray backward(FloatSource x, long[] shape, FloatSource gradient, Pass pass, GradientObserver observer) {
    int steps = (int) (gradient.length() / (Shapes.length(shape) / shape[0]));
    NeuronTiles tiles = new NeuronTiles(x, shape, steps);
    INDArray dx = pass.allocate(shape);
    Floats target = Floats.of(dx);
    NeuronStep step = config.step((float) rate());
    Kernels kernels = pass.engine().kernels();
    double[] rateGradients = new double[tiles.count()];
    pass.engine().workers().forEach(tiles.partials(), (partial, scratch) -> {
      int end = (int) ((long) tiles.count() * (partial + 1) / tiles.partials());
      for (int index = (int) ((long) tiles.count() * partial / tiles.partials()); index < end; index++) {
        long from = (long) index * tiles.size();
        int n = (int) Math.min(tiles.size(), tiles.neurons() - from);
        float[] current = tiles.rows(scratch, NeuronTiles.CURRENT, n);
        float[] potential = tiles.potentials(from, n, step, kernels, current, scratch);
        float[] g = potential;
        if (w != null || !tiles.backward(from, n, step, config.surrogate(), kernels, potential, gradient, target,
            scratch)) {
          g = tiles.backwardOnHeap(from, n, step, config.surrogate(), kernels, potential, gradient, scratch);
          for (int t = steps - 1; t >= 0 && w != null; t--) {
            rateGradients[index] += rateGradient(step, g, tiles.normed(current, t, n, kernels, scratch), potential, t, n);
          }
          tiles.write(from, n, g, kernels, target);
        }
        for (int t = tiles.inputSteps() - 1; t >= 0; t--) {
          observer.see(partial, g, tiles.gradientAt(t, n), current, NeuronTiles.at(t, n), n);
        }
      }
    });
    if (w != null) {
      double rate = rate();
      w.gradient().addi(Arrays.stream(rateGradients).sum() * rate * (1 - rate));
    }
    return dx;
  }

  /** {@code sum of gH (X - V[t-1] + Vreset)}, or without X where the input does not decay. */
  private static double rateGradient(NeuronStep step, float[] gx, float[] current, float[] potential, int t, int n) {
    boolean decayed = step.charge() == NeuronStep.Charge.DECAYED_INPUT;
    double rest = step.resetTo();
    int row = NeuronTiles.at(t, n);
    int rowBefore = NeuronTiles.at(t - 1, n);
    double sum = 0;
    for (int j = 0; j < n; j++) {
      double before = t == 0 ? rest : afterReset(step, potential[rowBefore + j]);
      double input = decayed ? current[ALIGNED + j] : 0;
      sum += gx[row + j] / step.inputGain() * (input - before + rest);
    }
    return sum;
  }

  private static double afterReset(NeuronStep step, float potential) {
    if (potential < step.threshold()) {
      return potential;
    }
    return step.reset() == NeuronStep.Reset.HARD ? step.resetTo() : potential - step.threshold();
  }

  private static int steps(long[] shape, Pass pass) {
    return shape[0] == 1 ? pass.timeSteps() : Math.toIntExact(shape[0]);
  }

  /**
   * What the membrane does, for looking at it.
   *
   * @param x current {@code [T, ...]}
   * @return spikes and potentials, in arrays of their own
   */
  public NeuronTrace trace(INDArray x, Pass pass) {
    int steps = steps(x.shape(), pass);
    long neurons = x.length() / x.size(0);
    NeuronStep step = config.step((float) rate());
    Floats source = Floats.of(x);
    // a copy: ND4J hands out the array's own shape
    long[] shape = x.shape().clone();
    shape[0] = steps;
    INDArray spikes = Nd4j.createUninitialized(x.dataType(), shape, 'c');
    INDArray potentials = Nd4j.createUninitialized(x.dataType(), shape, 'c');
    float[] current = new float[Math.toIntExact(neurons)];
    float[] membrane = new float[current.length];
    float[] potential = new float[current.length];
    float[] fired = new float[current.length];
    Arrays.fill(membrane, step.resetTo());
    for (int t = 0; t < steps; t++) {
      if (t < x.size(0)) {
        source.read(t * neurons, current, 0, current.length);
      }
      pass.engine().kernels().fire(step, current, 0, membrane, potential, 0, fired, 0, current.length);
      Floats.of(spikes).write(t * neurons, fired, 0, current.length);
      Floats.of(potentials).write(t * neurons, potential, 0, current.length);
    }
    return new NeuronTrace(spikes, potentials,
        Nd4j.createFromArray(membrane).reshape(Arrays.copyOfRange(shape, 1, shape.length)));
  }

  /** The constants of a step; PLIF's tau is the present one. */
  public NeuronStep step() {
    return config.step((float) rate());
  }

  @Override
  public InferenceLayer forInference() {
    return new NeuronLayer(step());
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    MapShape output = row(name, input, trace);
    trace.keep(input.floatBytes(), 0);
    trace.work(output.floatBytes() + input.floatBytes());
    return output;
  }

  /** The line alone, where another layer keeps the current. */
  MapShape row(String name, MapShape input, ShapeTrace trace) {
    int steps = input.timeSteps() == 1 ? trace.timeSteps() : input.timeSteps();
    MapShape output = trace.add(name, toString(), input.withTimeSteps(steps), 0);
    trace.holds(Content.SPIKES);
    return output;
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    if (w != null) {
      visitor.parameter(prefix + "w", w);
    }
  }

  @Override
  public String toString() {
    return "SpikingNeuron(" + config.model() + ")";
  }
}
