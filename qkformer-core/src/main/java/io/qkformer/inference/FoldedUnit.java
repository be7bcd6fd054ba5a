package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.Engine;
import io.qkformer.kernel.NeuronStep;
import io.qkformer.tensor.Floats;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {Conv + BN, folded} -> [max pool] -> [neuron]. The current never exists as a whole: as many samples at a time as fit
 * the cache pass the convolution, and their neurons read, pool, fire and are packed into bits before the next come. A
 * static input passes the convolution once, whatever T.
 */
public final class FoldedUnit implements InferenceLayer {

  /** Floats of current that exist at a time, unless one sample has more: a few megabytes, for the last-level cache. */
  private static final int CHUNK = 1 << 21;

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
    if (neuron == null) {
      float[] currents = new float[Math.toIntExact(out.length())];
      forChunks(x, summed, pass.engine(), (current, firstSample) ->
          FloatMap.write(current, pass.engine(), currents, firstSample, out.batch()));
      return new FloatMap(currents, out);
    }
    int steps = out.steps() == 1 ? pass.timeSteps() : out.steps();
    SpikeMap spikes = new SpikeMap(out.withFrames(steps, out.batch()));
    forChunks(x, summed, pass.engine(), (current, firstSample) ->
        NeuronLayer.fire(neuron, current, spikes, firstSample, pass.engine()));
    return spikes;
  }

  private interface ChunkTask {
    void run(Current current, int firstSample);
  }

  private void forChunks(Activation x, Shape summed, Engine engine, ChunkTask task) {
    int batch = summed.batch();
    long sample = summed.length() / batch;
    int chunks = (int) Math.min(batch, (summed.length() + CHUNK - 1) / CHUNK);
    for (int chunk = 0; chunk < chunks; chunk++) {
      int first = (int) ((long) batch * chunk / chunks);
      int samples = (int) ((long) batch * (chunk + 1) / chunks) - first;
      INDArray memory = engine.pool().take(samples * sample);
      try {
        Floats current = Floats.of(memory);
        convolution.forward(SampleRange.of(x, first, samples), x.shape().withFrames(x.shape().steps(), samples),
            current, engine);
        Shape shape = summed.withFrames(summed.steps(), samples);
        task.run(pooling == Pooling.MAX ? new PooledCurrent(current, shape) : new MapCurrent(current, shape), first);
      } finally {
        engine.pool().giveBack(memory);
      }
    }
  }
}
