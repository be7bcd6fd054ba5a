package io.qkformer.embedding;

import io.qkformer.inference.InferenceLayer;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.Layer;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.MaxPool;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Residual;
import io.qkformer.layer.Sequential;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.StateVisitor;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.SpikingUnit;
import io.qkformer.neuron.UnitNames;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Spikformer's patch splitting (SPS; Zhou et al. 2023): four {Conv-BN-SN} units of an eighth, a quarter, half and all
 * of the width, the last of them followed by max pooling of the spikes, then {@code x + SN(BN(Conv(x)))} as a relative
 * position embedding. {@code [T, B, H, W, in] -> [T, B, H / r, W / r, width]}.
 */
public final class SpikingPatchSplitting implements Layer {

  private static final int UNITS = 4;

  private final List<Layer> parts = new ArrayList<>();

  /**
   * A splitting.
   *
   * @param width   a multiple of 8
   * @param pooling how many of the units, from the last on, are followed by pooling: 2 on CIFAR, 4 on ImageNet
   */
  public SpikingPatchSplitting(int in, int width, int pooling, NeuronConfig neuron) {
    if (width % (1 << (UNITS - 1)) != 0) {
      throw new IllegalArgumentException("SPS needs a width that is a multiple of 8, got " + width);
    }
    if (pooling < 0 || pooling > UNITS) {
      throw new IllegalArgumentException("SPS pools after 0 to 4 of its units, got " + pooling);
    }
    int channels = in;
    for (int i = 0; i < UNITS; i++) {
      int out = width >> (UNITS - 1 - i);
      UnitNames names = i == 0 ? UnitNames.conv("proj") : UnitNames.numbered("proj", i);
      parts.add(new SpikingUnit(names, Conv2d.same3x3(channels, out, Conv2d.Bias.NONE), SpikingUnit.Pooling.NONE,
          neuron));
      if (i >= UNITS - pooling) {
        parts.add(new MaxPool());
      }
      channels = out;
    }
    parts.add(new Residual(new SpikingUnit(UnitNames.conv("rpe"), Conv2d.same3x3(width, width, Conv2d.Bias.NONE),
        SpikingUnit.Pooling.NONE, neuron)));
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    return Sequential.chain(parts, x, pass, (part, input) -> part.forward(input, pass));
  }

  @Override
  public InferenceLayer forInference() {
    return InferenceLayer.chain(parts.stream().map(Layer::forInference).toList());
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    parts.forEach(part -> part.visit(prefix, visitor));
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    return trace.chain(parts, input, (part, shape) -> part.trace(name, shape, trace));
  }
}
