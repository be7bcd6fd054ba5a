package io.qkformer.layer;

import io.qkformer.kernel.Engine;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.RandomStream;
import io.qkformer.tensor.Shapes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One forward pass and, in training, its backward pass: the mode, the number of time steps, and the memory that is
 * used meanwhile. Closing it gives all memory back that is still in use, so what shall outlive it must be copied.
 * Belongs to one thread.
 *
 * <pre>{@code
 * try (Pass pass = Pass.training(engine, 4)) {
 *   Output logits = model.forward(images, pass);
 *   logits.backward().apply(gradientOfLoss);
 * }
 * }</pre>
 */
public final class Pass implements AutoCloseable {

  private final Engine engine;
  private final Mode mode;
  private final int timeSteps;
  private final long seed;
  private final long step;
  private final Map<Long, Use> uses = new HashMap<>();
  private SpikeProbe probe = SpikeProbe.NONE;

  /** An array of the pool and how many hold it. */
  private static final class Use {
    final INDArray flat;
    int holders = 1;

    Use(INDArray flat) {
      this.flat = flat;
    }
  }

  private Pass(Engine engine, Mode mode, int timeSteps, long seed, long step) {
    if (timeSteps < 1) {
      throw new IllegalArgumentException("timeSteps (T) must be at least 1, got " + timeSteps);
    }
    this.engine = engine;
    this.mode = mode;
    this.timeSteps = timeSteps;
    this.seed = seed;
    this.step = step;
  }

  /**
   * A pass with a backward pass.
   *
   * @param timeSteps T, to which the first neuron expands a static input
   * @throws IllegalArgumentException when {@code timeSteps} is below 1
   */
  public static Pass training(Engine engine, int timeSteps) {
    return new Pass(engine, Mode.TRAINING, timeSteps, 0, 0);
  }

  /**
   * A pass without a backward pass.
   *
   * @param timeSteps T, to which the first neuron expands a static input
   * @throws IllegalArgumentException when {@code timeSteps} is below 1
   */
  public static Pass evaluation(Engine engine, int timeSteps) {
    return new Pass(engine, Mode.EVALUATION, timeSteps, 0, 0);
  }

  /** A pass of any mode. */
  public static Pass of(Mode mode, Engine engine, int timeSteps) {
    return new Pass(engine, mode, timeSteps, 0, 0);
  }

  /** The same, where random layers (stochastic depth) draw as a function of this seed and step. Call it first. */
  public Pass withRandomness(long newSeed, long newStep) {
    if (!uses.isEmpty()) {
      throw new IllegalStateException("withRandomness must be called before the pass is used");
    }
    return new Pass(engine, mode, timeSteps, newSeed, newStep);
  }

  /** Shows the spikes of each neuron layer of this pass from now on. Returns this pass. */
  public Pass observe(SpikeProbe newProbe) {
    probe = newProbe;
    return this;
  }

  /** Neuron layers report here what they fired, {@code [T, ...]}. */
  public void fired(FloatSource spikes) {
    probe.fired(spikes);
  }

  /** What the pass is for. */
  public Mode mode() {
    return mode;
  }

  /** T of static inputs. */
  public int timeSteps() {
    return timeSteps;
  }

  /** What computes. */
  public Engine engine() {
    return engine;
  }

  /** The random numbers of one layer in this pass. */
  public RandomStream random(String purpose) {
    return RandomStream.of(seed, purpose, step);
  }

  /** A FLOAT array in C order with arbitrary values, held once. */
  public INDArray allocate(long... shape) {
    INDArray flat = engine.pool().take(Shapes.length(shape));
    uses.put(flat.data().address(), new Use(flat));
    return flat.reshape('c', shape);
  }

  /** Holds an array once more: it is reused only after as many releases. Returns its argument. */
  public INDArray retain(INDArray array) {
    Use use = uses.get(array.data().address());
    if (use != null) {
      use.holders++;
    }
    return array;
  }

  /** Ends one hold of an array, which must not be used any more by who ends the last one. */
  public void release(INDArray array) {
    long address = array.data().address();
    Use use = uses.get(address);
    if (use != null && --use.holders == 0) {
      uses.remove(address);
      engine.pool().giveBack(use.flat);
    }
  }

  /** A parameter's values on the heap, until {@link #giveBack}; the buffer may be longer than the parameter. */
  public float[] borrow(Parameter parameter) {
    int length = Math.toIntExact(parameter.count());
    float[] buffer = engine.pool().takeBuffer(length);
    Floats.of(parameter.value()).read(0, buffer, 0, length);
    return buffer;
  }

  /** Gives back what {@link #borrow} lent. */
  public void giveBack(float[] buffer) {
    engine.pool().giveBack(buffer);
  }

  /** The bytes that are held now. */
  public long heldBytes() {
    return uses.values().stream().mapToLong(use -> 4 * use.flat.length()).sum();
  }

  @Override
  public void close() {
    List<Use> left = new ArrayList<>(uses.values());
    uses.clear();
    left.forEach(use -> engine.pool().giveBack(use.flat));
  }
}
