package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.NeuronStep;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The projections Q, K[, V] of one input, run as one convolution whose output channels lie side by side; each
 * projection's neurons fire on their own channels, into a map of their own.
 */
public final class FoldedProjections {

  private final FoldedConvolution convolution;
  private final List<Integer> widths;
  private final List<NeuronStep> neurons;

  /**
   * Joins units.
   *
   * @throws IllegalArgumentException unless they have one geometry, do not pool, and end in a neuron
   */
  public FoldedProjections(List<FoldedUnit> units) {
    this.neurons = units.stream().map(FoldedUnit::unpooledNeuron).toList();
    List<FoldedConvolution> parts = units.stream().map(FoldedUnit::convolution).toList();
    this.widths = parts.stream().map(FoldedConvolution::outChannels).toList();
    this.convolution = FoldedConvolution.beside(parts);
  }

  /** The spikes of each projection, in the units' order. */
  public List<SpikeMap> forward(Activation x, InferencePass pass) {
    Shape firing = pass.firing(convolution.outShape(x.shape()));
    List<SpikeMap> spikes = SpikeMap.several(widths.stream().map(firing::withChannels).toList(), pass.engine());
    FoldedConvolution.ChunkTask chunks = (values, shape, firstSample) -> {
      int channel = 0;
      for (int i = 0; i < neurons.size(); i++) {
        int width = widths.get(i);
        NeuronLayer.fire(neurons.get(i), new MapCurrent(values, shape.withChannels(width), channel, shape.channels()),
            spikes.get(i), firstSample, pass.engine());
        channel += width;
      }
    };
    if (firing.steps() == x.shape().steps()) {
      List<NeuronRows.Part> parts = IntStream.range(0, neurons.size())
          .mapToObj(i -> new NeuronRows.Part(neurons.get(i), spikes.get(i))).toList();
      convolution.forSteps(x, pass.engine(), new NeuronRows(pass.engine().kernels(), parts), chunks);
    } else {
      convolution.forChunks(x, pass.engine(), chunks);
    }
    return spikes;
  }
}
