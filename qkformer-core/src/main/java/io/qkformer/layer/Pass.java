package io.qkformer.layer;

import io.qkformer.kernel.CompactMap;
import io.qkformer.kernel.Engine;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.RandomStream;
import io.qkformer.tensor.TensorPool;
import java.util.List;
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
  private final Recompute recompute;
  private final PassMemory memory;
  private final Observed observed;
  private SpikeProbe probe = SpikeProbe.NONE;
  private INDArray constant;

  private Pass(Engine engine, Mode mode, int timeSteps, long seed, long step, Recompute recompute,
      PassMemory memory, Observed observed) {
    if (timeSteps < 1) {
      throw new IllegalArgumentException("timeSteps (T) must be at least 1, got " + timeSteps);
    }
    this.engine = engine;
    this.mode = mode;
    this.timeSteps = timeSteps;
    this.seed = seed;
    this.step = step;
    this.recompute = recompute;
    this.memory = memory;
    this.observed = observed;
  }

  /**
   * A pass with a backward pass.
   *
   * @param timeSteps T, to which the first neuron expands a static input
   * @throws IllegalArgumentException when {@code timeSteps} is below 1
   */
  public static Pass training(Engine engine, int timeSteps) {
    return of(Mode.TRAINING, engine, timeSteps);
  }

  /**
   * A pass without a backward pass.
   *
   * @param timeSteps T, to which the first neuron expands a static input
   * @throws IllegalArgumentException when {@code timeSteps} is below 1
   */
  public static Pass evaluation(Engine engine, int timeSteps) {
    return of(Mode.EVALUATION, engine, timeSteps);
  }

  /** A pass of any mode. */
  public static Pass of(Mode mode, Engine engine, int timeSteps) {
    return new Pass(engine, mode, timeSteps, 0, 0, Recompute.NONE, new PassMemory(engine), new Observed());
  }

  /** The same, where random layers (stochastic depth) draw as a function of this seed and step. Call it first. */
  public Pass withRandomness(long newSeed, long newStep) {
    requireUnused("withRandomness");
    return new Pass(engine, mode, timeSteps, newSeed, newStep, recompute, memory, observed).observe(probe)
        .holdingConstant(constant);
  }

  /** The same, where parts of the network are computed again in the backward pass. Call it first. */
  public Pass withRecompute(Recompute newRecompute) {
    requireUnused("withRecompute");
    return new Pass(engine, mode, timeSteps, seed, step, newRecompute, memory, observed).observe(probe)
        .holdingConstant(constant);
  }

  private void requireUnused(String call) {
    if (!memory.isUnused()) {
      throw new IllegalStateException(call + " must be called before the pass is used");
    }
  }

  /** This pass, sharing its memory, for a first forward pass that keeps nothing. */
  Pass unkept() {
    return new Pass(engine, mode.unkept(), timeSteps, seed, step, recompute, memory, observed.copy())
        .observe(probe).holdingConstant(constant);
  }

  /**
   * This pass, sharing its memory, for a second forward pass, of which gradients alone are shown.
   *
   * @param place what {@link #place} told during the first
   */
  Pass again(String place) {
    return new Pass(engine, mode.again(), timeSteps, seed, step, Recompute.NONE, memory, observed.again(place))
        .holdingConstant(constant);
  }

  /**
   * Says that nobody wants the gradient of an array, the images of a training step: the first convolution then returns
   * zeros for it and saves the products. Returns this pass.
   */
  public Pass holdingConstant(INDArray array) {
    constant = array;
    return this;
  }

  /** Whether the gradient of a layer's input is wanted; where not, it may return anything. */
  boolean wantsGradient(INDArray array) {
    return constant == null || TensorPool.key(array) != TensorPool.key(constant);
  }

  /** Shows the spikes of each neuron layer of this pass from now on. Returns this pass. */
  public Pass observe(SpikeProbe newProbe) {
    probe = newProbe;
    return this;
  }

  /** Shows the named parts of this pass from now on, besides to observers that look already. Returns this pass. */
  public Pass observe(LayerObserver observer) {
    observed.add(observer);
    return this;
  }

  /** Whether an observer looks: where none does, nothing needs to be made ready for it. */
  public boolean isObserved() {
    return observed.isOn();
  }

  /**
   * Runs a part under its name, which is put behind the names of the parts that it is in; observers see both ends of it.
   *
   * @param name of the part within the part that calls this, without a dot at its ends
   */
  public Output run(String name, Layer part, INDArray x) {
    if (!observed.isOn()) {
      return part.forward(x, this);
    }
    String before = observed.enter(name);
    try {
      return observed.show("", part, List.of(x), part.forward(x, this), mode);
    } finally {
      observed.leave(before);
    }
  }

  /**
   * Shows what a part has computed that {@link #run} did not run; to be called where the pass {@link #isObserved}. Returns
   * an output that shows its gradient, too.
   *
   * @param name   of the part within the part that calls this
   * @param inputs what it read
   */
  public Output computed(String name, Layer part, List<INDArray> inputs, Output output) {
    return observed.show(name, part, inputs, output, mode);
  }

  /** Shows the gradient of a part's output, and not the output. */
  public Output showGradient(String name, Output output) {
    return observed.isOn() ? observed.showGradient(name, output, mode) : output;
  }

  /** Goes into a part that is no layer of its own; returns what {@link #leave} takes, null where nobody looks. */
  public String enter(String name) {
    return observed.isOn() ? observed.enter(name) : null;
  }

  /** Leaves what {@link #enter} went into. */
  public void leave(String before) {
    if (before != null) {
      observed.leave(before);
    }
  }

  /** Where in the network the pass is, for {@link #again}. */
  String place() {
    return observed.scope();
  }

  /** Neuron layers report here what they fired, {@code [T, ...]}. */
  public void fired(FloatSource spikes) {
    probe.fired(spikes);
  }

  /** Neuron layers report here what they did, where the pass {@link #isObserved}. */
  public void fired(Firing firing) {
    observed.fired(firing);
  }

  /** What the pass is for. */
  public Mode mode() {
    return mode;
  }

  /** What is computed again in the backward pass. */
  public Recompute recompute() {
    return recompute;
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
    return memory.allocate(shape);
  }

  /** Holds an array once more: it is reused only after as many releases. Returns its argument. */
  public INDArray retain(INDArray array) {
    memory.retain(array);
    return array;
  }

  /** Ends one hold of an array, which must not be used any more by who ends the last one. */
  public void release(INDArray array) {
    memory.release(array);
  }

  /**
   * The spikes or counts of an activation, packed once for all who ask, or null where it holds anything else. The caller
   * holds them until {@link #release(CompactMap)}. Who changes an activation afterwards must say so with {@link
   * #changed}.
   */
  public CompactMap spikes(INDArray array) {
    return memory.spikes(array);
  }

  /** {@link #spikes} where they are packed already, else null. */
  CompactMap knownSpikes(INDArray array) {
    return memory.knownSpikes(array);
  }

  /** Ends one hold of what {@link #spikes} returned, which must not be used any more by who ends the last one. */
  public void release(CompactMap spikes) {
    memory.release(spikes);
  }

  /** Tells what {@link #spikes} shall answer: who makes spikes knows their bits. They are the pass's from now on. */
  public void packed(INDArray array, CompactMap spikes) {
    memory.packed(array, spikes);
  }

  /** An activation's values have changed. Returns its argument. */
  public INDArray changed(INDArray array) {
    memory.changed(array);
    return array;
  }

  /** At least so many bytes with arbitrary values, until {@link #release(byte[])}. */
  byte[] allocateBytes(int count) {
    return memory.allocateBytes(count);
  }

  /** Ends the use of what {@link #allocateBytes} returned. */
  void release(byte[] bytes) {
    memory.release(bytes);
  }

  /** A parameter's values on the heap, until {@link #giveBack}; the buffer may be longer than the parameter. */
  public float[] borrow(Parameter parameter) {
    return memory.borrow(parameter);
  }

  /** Gives back what {@link #borrow} lent. */
  public void giveBack(float[] buffer) {
    engine.pool().giveBack(buffer);
  }

  /** The bytes that are held now. */
  public long heldBytes() {
    return memory.heldBytes();
  }

  @Override
  public void close() {
    memory.clear();
  }
}
