package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.tensor.FloatSource;
import java.util.List;

/**
 * {Conv + BN, folded} -> [max pool] -> [neuron]. The current never exists as a whole: as many samples at a time as fit
 * the cache pass the convolution, and their neurons read, pool, fire and are packed into bits before the next come. A
 * static input passes the convolution once, whatever T.
 */
public final class FoldedUnit implements InferenceLayer {

  private enum Pooling { NONE, MAX }

  private final FoldedConvolution convolution;
  private final Pooling pooling;
  private final NeuronStep neuron;

  private FoldedUnit(FoldedConvolution convolution, Pooling pooling, NeuronStep neuron) {
    this.convolution = convolution;
    this.pooling = pooling;
    this.neuron = neuron;
  }

  /** A convolution whose output is a current. */
  public static FoldedUnit of(FoldedConvolution convolution) {
    return new FoldedUnit(convolution, Pooling.NONE, null);
  }

  /** The same with 3x3 max pooling of the current. */
  public FoldedUnit pooled() {
    return new FoldedUnit(convolution, Pooling.MAX, neuron);
  }

  /** The same with a neuron at the end: the output is spikes. */
  public FoldedUnit firing(NeuronStep step) {
    return new FoldedUnit(convolution, pooling, step);
  }

  @Override
  public Activation forward(Activation x, InferencePass pass) {
    Shape summed = convolution.outShape(x.shape());
    Shape out = pooling == Pooling.MAX ? PooledCurrent.pooled(summed) : summed;
    Engine engine = pass.engine();
    if (neuron == null) {
      float[] currents = new float[Math.toIntExact(out.length())];
      convolution.forChunks(x, engine, (values, shape, firstSample) ->
          FloatMap.write(current(values, shape, engine), engine, currents, firstSample, out.batch()));
      return new FloatMap(currents, out);
    }
    SpikeMap spikes = new SpikeMap(pass.firing(out), engine.kernels());
    FoldedConvolution.ChunkTask chunks = (values, shape, firstSample) ->
        NeuronLayer.fire(neuron, current(values, shape, engine), spikes, firstSample, engine);
    if (pooling == Pooling.NONE && spikes.shape().steps() == x.shape().steps()) {
      convolution.forSteps(x, engine, new NeuronRows(engine.kernels(), List.of(new NeuronRows.Part(neuron, spikes))),
          chunks);
    } else {
      convolution.forChunks(x, engine, chunks);
    }
    return spikes;
  }

  private Current current(FloatSource values, Shape shape, Engine engine) {
    return pooling == Pooling.MAX ? new PooledCurrent(values, shape, engine.kernels()) : new MapCurrent(values, shape);
  }

  FoldedConvolution convolution() {
    return convolution;
  }

  /** The neuron's constants, where the unit ends in one and does not pool. */
  NeuronStep unpooledNeuron() {
    if (neuron == null || pooling == Pooling.MAX) {
      throw new IllegalArgumentException("expected a unit that ends in a neuron and does not pool");
    }
    return neuron;
  }
}
