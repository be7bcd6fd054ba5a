package io.qkformer.train.analysis;

import io.qkformer.layer.Firing;
import io.qkformer.layer.Layer;
import io.qkformer.layer.LayerObserver;
import io.qkformer.neuron.SpikingNeuron;
import io.qkformer.tensor.Floats;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Copies of what layers return, in the order of computation: spikes of neurons ({@code *.attn_lif}: the attention vectors
 * A_t), X' ({@code *.attended}), the sums of convolutions ({@code *_conv}), the stream behind blocks ({@code stage1.0}), the
 * logits ({@code head}). They take as much memory as the values do: choose few layers and clear between passes. Not to be
 * shared by threads.
 */
public final class OutputMonitor implements LayerObserver {

  private final LayerPattern pattern;
  private final List<LayerOutput> outputs = new ArrayList<>();

  /** A monitor of the layers that the pattern names. */
  public OutputMonitor(LayerPattern pattern) {
    this.pattern = pattern;
  }

  @Override
  public void computed(String layer, Layer part, List<INDArray> inputs, INDArray output) {
    // a neuron tells what it fired
    if (!(part instanceof SpikingNeuron) && pattern.matches(layer)) {
      copy(layer, output);
    }
  }

  @Override
  public void fired(String layer, Firing firing) {
    if (pattern.matches(layer)) {
      copy(layer, firing.spikes());
    }
  }

  private void copy(String layer, INDArray output) {
    outputs.add(new LayerOutput(layer, output.shape().clone(), Floats.of(output).toArray()));
  }

  /** What was seen since the last {@link #clear}. */
  public List<LayerOutput> outputs() {
    return List.copyOf(outputs);
  }

  /**
   * The last output of a layer.
   *
   * @throws IllegalArgumentException when there is none, naming those that there are
   */
  public LayerOutput last(String layer) {
    for (int i = outputs.size() - 1; i >= 0; i--) {
      if (outputs.get(i).layer().equals(layer)) {
        return outputs.get(i);
      }
    }
    throw new IllegalArgumentException("nothing was seen of the layer " + layer + "; seen: "
        + outputs.stream().map(LayerOutput::layer).distinct().toList());
  }

  /** Forgets what was seen. */
  public void clear() {
    outputs.clear();
  }
}
