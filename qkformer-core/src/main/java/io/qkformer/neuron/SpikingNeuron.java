package io.qkformer.neuron;

import io.qkformer.inference.InferenceLayer;
import io.qkformer.inference.NeuronLayer;
import io.qkformer.kernel.CompactMap;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.kernel.Scratch;
import io.qkformer.layer.Content;
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

  /** Elements of one time step that are simulated together: all T steps of them stay in the cache. */
  private static final int TILE = 2048;
  private static final int CURRENT = 0;
  private static final int POTENTIAL = 1;
  private static final int MEMBRANE = 2;
  private static final int SPIKES = 3;
  private static final int SURROGATE = 4;
  private static final int CARRY = 5;
  private static final int GRADIENT = 6;
  /** A slot of the scratch memory that a {@link GradientObserver} may use. */
  static final int OBSERVER = 7;
  /** The most groups of tiles. */
  private static final int MOST_PARTIALS = 64;
  private static final int TILES_OF_PARTIAL = 8;

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
    int steps = steps(shape, pass);
    long neurons = Shapes.length(shape) / shape[0];
    long[] outShape = shape.clone();
    outShape[0] = steps;
    INDArray spikes = pass.allocate(outShape);
    Floats target = Floats.of(spikes);
    NeuronStep step = config.step((float) rate());
    Kernels kernels = pass.engine().kernels();
    int tile = tile(shape);
    // a word of the bits must belong to one tile
    boolean whole = tile % Long.SIZE == 0 && neurons % Long.SIZE == 0;
    long[] words = whole ? pass.engine().pool().takeWords(Math.toIntExact(spikes.length() / Long.SIZE)) : null;
    pass.engine().workers().forRanges(neurons, tile, (from, to, scratch) -> {
      int n = (int) (to - from);
      float[] current = scratch.floats(CURRENT, n);
      float[] membrane = membraneAtRest(scratch, step, n);
      float[] potential = scratch.floats(POTENTIAL, n);
      float[] fired = scratch.floats(SPIKES, n);
      for (int t = 0; t < steps; t++) {
        if (t < shape[0]) {
          x.read(t * neurons + from, current, 0, n);
        }
        if (words != null) {
          int word = (int) (t * neurons + from >>> 6);
          kernels.firePacked(step, current, 0, membrane, 0, n, words, word);
          kernels.unpackPlanes(words, word, 0, 1, fired, 0, n);
        } else {
          kernels.fire(step, current, 0, membrane, potential, 0, fired, 0, n);
        }
        target.write(t * neurons + from, fired, 0, n);
      }
    });
    if (words != null) {
      pass.packed(spikes, CompactMap.ofSpikes(pass.engine(), spikes.length(), words));
    }
    pass.fired(target);
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
    return backward(x, shape, gradient, pass, (partial, from, g, n, scratch) -> { });
  }

  /** Sees pieces of the current's gradient while they are in the cache. */
  interface GradientObserver {
    /**
     * Is shown a piece.
     *
     * @param partial below {@link #partials}; pieces of one partial come one after the other, in a fixed order
     * @param from    index of the piece's first element in the current's map
     * @param g       the gradient of {@code n} elements, whole rows where {@link #tilesRows} says so
     */
    void see(int partial, long from, float[] g, int n, Scratch scratch);
  }

  /** How many groups of tiles, each seen in order, make up a map; the shape alone decides it. */
  static int partials(long[] shape) {
    return (int) Math.max(1, Math.min(MOST_PARTIALS, tiles(shape) / TILES_OF_PARTIAL));
  }

  private static long tiles(long[] shape) {
    return (Shapes.length(shape) / shape[0] + tile(shape) - 1) / tile(shape);
  }

  /** Whether a {@link GradientObserver} sees whole rows of channels. */
  static boolean tilesRows(long[] shape) {
    return shape[shape.length - 1] <= TILE;
  }

  INDArray backward(FloatSource x, long[] shape, FloatSource gradient, Pass pass, GradientObserver observer) {
    int steps = (int) (gradient.length() / (Shapes.length(shape) / shape[0]));
    long neurons = Shapes.length(shape) / shape[0];
    INDArray dx = pass.allocate(shape);
    Floats target = Floats.of(dx);
    NeuronStep step = config.step((float) rate());
    Kernels kernels = pass.engine().kernels();
    int tile = tile(shape);
    int tiles = Math.toIntExact(tiles(shape));
    int partials = partials(shape);
    double[] rateGradients = new double[tiles];
    pass.engine().workers().forEach(partials, (partial, scratch) -> {
      int end = (int) ((long) tiles * (partial + 1) / partials);
      for (int index = (int) ((long) tiles * partial / partials); index < end; index++) {
        long from = (long) index * tile;
        int n = (int) Math.min(tile, neurons - from);
        float[] current = scratch.floats(CURRENT, n * steps);
        // PLIF alone wants the currents again
        float[] potential = w == null ? current : scratch.floats(POTENTIAL, n * steps);
        simulate(x, shape[0], neurons, from, n, steps, step, kernels, current, potential, scratch);
        float[] derivative = scratch.floats(SURROGATE, n);
        float[] carry = scratch.floats(CARRY, n);
        Arrays.fill(carry, 0, n, 0f);
        float[] g = scratch.floats(GRADIENT, n);
        float[] sum = scratch.floats(SPIKES, n);
        for (int t = steps - 1; t >= 0; t--) {
          gradient.read(t * neurons + from, g, 0, n);
          config.surrogate().derivatives(kernels, step.threshold(), potential, t * n, derivative, 0, n);
          kernels.fireBackward(step, g, 0, potential, t * n, derivative, 0, carry, g, 0, n);
          if (w != null) {
            rateGradients[index] += rateGradient(step, g, current, potential, t, n);
          }
          if (shape[0] == steps) {
            target.write(t * neurons + from, g, 0, n);
            observer.see(partial, t * neurons + from, g, n, scratch);
          } else if (t == steps - 1) {
            System.arraycopy(g, 0, sum, 0, n);
          } else {
            kernels.add(g, 0, sum, 0, n);
          }
        }
        if (shape[0] != steps) {
          target.write(from, sum, 0, n);
          observer.see(partial, from, sum, n, scratch);
        }
      }
    });
    if (w != null) {
      double rate = rate();
      w.gradient().addi(Arrays.stream(rateGradients).sum() * rate * (1 - rate));
    }
    return dx;
  }

  /** Computes the currents and the potentials before the reset, which may take their place, of a tile again. */
  private static void simulate(FloatSource x, long inputSteps, long neurons, long from, int n, int steps,
      NeuronStep step, Kernels kernels, float[] current, float[] potential, Scratch scratch) {
    float[] membrane = membraneAtRest(scratch, step, n);
    float[] fired = scratch.floats(SPIKES, n);
    for (int t = 0; t < steps && t < inputSteps; t++) {
      x.read(t * neurons + from, current, t * n, n);
    }
    for (int t = (int) inputSteps; t < steps; t++) {
      System.arraycopy(current, 0, current, t * n, n);
    }
    for (int t = 0; t < steps; t++) {
      kernels.fire(step, current, t * n, membrane, potential, t * n, fired, 0, n);
    }
  }

  /** {@code sum of gH (X - V[t-1] + Vreset)}, or without X where the input does not decay. */
  private static double rateGradient(NeuronStep step, float[] gx, float[] current, float[] potential, int t, int n) {
    boolean decayed = step.charge() == NeuronStep.Charge.DECAYED_INPUT;
    double rest = step.resetTo();
    double sum = 0;
    for (int j = 0; j < n; j++) {
      double before = t == 0 ? rest : afterReset(step, potential[(t - 1) * n + j]);
      double input = decayed ? current[t * n + j] : 0;
      sum += gx[j] / step.inputGain() * (input - before + rest);
    }
    return sum;
  }

  private static double afterReset(NeuronStep step, float potential) {
    if (potential < step.threshold()) {
      return potential;
    }
    return step.reset() == NeuronStep.Reset.HARD ? step.resetTo() : potential - step.threshold();
  }

  private static float[] membraneAtRest(Scratch scratch, NeuronStep step, int n) {
    float[] membrane = scratch.floats(MEMBRANE, n);
    Arrays.fill(membrane, 0, n, step.resetTo());
    return membrane;
  }

  /**
   * Whole rows of channels, where they are not too long: what lies under the current may need them whole. And whole
   * words of bits, where that is possible.
   */
  private static int tile(long[] shape) {
    int channels = (int) shape[shape.length - 1];
    int unit = channels * (Long.SIZE / Math.min(Long.SIZE, Integer.lowestOneBit(channels)));
    return channels > TILE ? TILE : unit <= TILE ? TILE / unit * unit : TILE / channels * channels;
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
