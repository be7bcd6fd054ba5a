package io.qkformer.attention;

import io.qkformer.attention.AttentionCore.Attended;
import io.qkformer.inference.Activation;
import io.qkformer.inference.BitAttention;
import io.qkformer.inference.FoldedProjections;
import io.qkformer.inference.InferenceLayer;
import io.qkformer.inference.SpikeMap;
import io.qkformer.layer.Backward;
import io.qkformer.layer.Content;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.Layer;
import io.qkformer.layer.LayerObserver;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.SharedInput;
import io.qkformer.layer.StateVisitor;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.SpikingUnit;
import io.qkformer.neuron.UnitNames;
import io.qkformer.tensor.Shapes;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An attention module, {@code [T, B, H, W, C] -> [T, B, H, W, C]}: the projections Q, K[, V] = SN(BN(W x)) (eq. 6, 9),
 * the core (eq. 7, 10 or 11), and the output projection SN(BN(W x + b)) (eq. 8, 12).
 */
public final class SpikingAttention implements Layer {

  private final AttentionConfig config;
  private final AttentionCore core;
  private final List<SpikingUnit> projections = new ArrayList<>();
  private final SharedInput inputs;
  private final SpikingUnit output;

  /** A module. */
  public SpikingAttention(AttentionConfig config) {
    this.config = config;
    this.core = core(config);
    for (String name : core.projections()) {
      projections.add(unit(name, config.names().bias(), SpikingUnit.End.SPIKES));
    }
    this.inputs = new SharedInput(projections.stream().map(SpikingUnit::synapse).toList());
    this.output = unit("proj", Conv2d.Bias.LEARNED, config.shortcut().branchEnd());
  }

  private static AttentionCore core(AttentionConfig config) {
    NeuronConfig neuron = config.neuron().withThreshold(config.threshold());
    return switch (config.kind()) {
      case QKTA -> new TokenAttention(config.width(), config.heads(), neuron);
      case QKCA -> new ChannelAttention(config.width(), neuron);
      case SSA -> new SelfAttention(config.width(), config.heads(), config.scale(), neuron);
      case SDSA -> new SpikeDrivenAttention(config.width(), neuron);
    };
  }

  private SpikingUnit unit(String name, Conv2d.Bias bias, SpikingUnit.End end) {
    UnitNames names = config.names() == AttentionConfig.Names.CONV ? UnitNames.conv(name) : UnitNames.linear(name);
    return new SpikingUnit(names, Conv2d.linear(config.width(), config.width(), bias, config.names().layout()),
        SpikingUnit.Pooling.NONE, config.neuron(), end);
  }

  /** What the module is. */
  public AttentionConfig config() {
    return config;
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    Shapes.requireMap(x, config.width(), config.kind().toString());
    SharedInput.Outputs sums = inputs.forward(x, pass, SpikingUnit.biasGradient(pass));
    List<Output> projected = new ArrayList<>();
    for (int i = 0; i < projections.size(); i++) {
      showSum(i, x, sums, pass);
      projected.add(projections.get(i).activate(sums.values().get(i), pass));
    }
    List<INDArray> spikes = projected.stream().map(Output::value).toList();
    Attended attended = core.attend(spikes, pass);
    if (pass.isObserved()) {
      pass.computed(LayerObserver.ATTENDED, this, spikes, Output.evaluated(attended.value()));
    }
    spikes.forEach(pass::release);
    Output out = project(attended.value(), pass);
    pass.release(attended.value());
    if (!pass.mode().keepsState()) {
      return out;
    }
    return new Output(out.value(), gradient -> {
      INDArray g = out.backward().apply(gradient);
      List<INDArray> fromCore = attended.backward().apply(g);
      pass.release(g);
      List<INDArray> gradients = new ArrayList<>();
      for (int i = 0; i < fromCore.size(); i++) {
        gradients.add(projected.get(i).backward().apply(fromCore.get(i)));
        pass.release(fromCore.get(i));
      }
      INDArray dx = sums.backward().apply(gradients);
      gradients.forEach(pass::release);
      return dx;
    });
  }

  /** The value alone: the way back is one for all projections. */
  private void showSum(int index, INDArray x, SharedInput.Outputs sums, Pass pass) {
    if (pass.isObserved()) {
      SpikingUnit unit = projections.get(index);
      pass.computed(unit.names().synapse(), unit.synapse(), List.of(x), Output.evaluated(sums.values().get(index)));
    }
  }

  private boolean mergesTime() {
    return config.kind() == AttentionKind.SSA && config.timing() == SsaTiming.MERGED;
  }

  private Output project(INDArray x, Pass pass) {
    if (!mergesTime()) {
      return output.forward(x, pass);
    }
    long[] shape = x.shape();
    long[] merged = {shape[0] * shape[1], 1, shape[2], shape[3], shape[4]};
    Output out = output.forward(x.reshape('c', merged), pass);
    Backward way = gradient -> out.backward().apply(gradient.reshape('c', merged)).reshape('c', shape);
    return new Output(out.value().reshape('c', shape), way);
  }

  @Override
  public InferenceLayer forInference() {
    FoldedProjections inputs = new FoldedProjections(projections.stream().map(SpikingUnit::forInference).toList());
    BitAttention attention = core.forInference();
    InferenceLayer last = output.forInference();
    boolean merged = mergesTime();
    return (x, pass) -> {
      SpikeMap attended = attention.attend(inputs.forward(x, pass), pass);
      if (!merged) {
        return last.forward(attended, pass);
      }
      Activation.Shape shape = attended.shape();
      return last.forward(attended.withFrames(shape.frames(), 1), pass).withFrames(shape.steps(), shape.batch());
    };
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    projections.forEach(unit -> unit.visit(prefix, visitor));
    core.visit(prefix, visitor);
    output.visit(prefix, visitor);
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    Content stream = trace.content();
    int first = trace.position();
    int[] starts = new int[projections.size() + 1];
    for (int i = 0; i < projections.size(); i++) {
      starts[i] = trace.position();
      trace.holds(stream);
      projections.get(i).trace(name, input, trace);
    }
    starts[projections.size()] = trace.position();
    holdGradients(starts, input, trace);
    MapShape attended = core.trace(name, input, trace);
    int behind = trace.position();
    MapShape out = output.trace(name, attended, trace);
    trace.hold(first, behind, out.floatBytes());
    return out;
  }

  /** The projections' backward passes run in their order: later ones' gradients and state are still there. */
  private void holdGradients(int[] starts, MapShape input, ShapeTrace trace) {
    int count = projections.size();
    for (int i = 0; i < count; i++) {
      int states = count - 1 - 2 * i;
      int gradients = count - 1 - i + (i == 0 ? 0 : 1);
      trace.hold(starts[i], starts[i + 1], (states + gradients) * input.floatBytes());
    }
  }
}
