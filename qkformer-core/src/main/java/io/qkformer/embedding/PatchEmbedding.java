package io.qkformer.embedding;

import io.qkformer.inference.Activation;
import io.qkformer.inference.InferenceLayer;
import io.qkformer.layer.Backward;
import io.qkformer.layer.Content;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.Layer;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Maps;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.StateVisitor;
import io.qkformer.neuron.NeuronConfig;
import io.qkformer.neuron.PreActivated;
import io.qkformer.neuron.Shortcut;
import io.qkformer.neuron.SpikingUnit;
import io.qkformer.neuron.SpikingUnit.End;
import io.qkformer.neuron.SpikingUnit.Pooling;
import io.qkformer.neuron.UnitNames;
import io.qkformer.tensor.Shapes;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Patch embedding with deformed shortcut (PEDS): {@code [T, B, H, W, in] -> [T, B, H / r, W / r, width]}.
 *
 * <p>Activation before addition (eq. 16): {@code Y = F(X) + SN(BN(W X))}, integers 0..2 from spikes. Pre-activation
 * (eq. 17): both summands are currents, and a stage's embedding starts with a neuron, {@code Y = F(SN(X)) + BN(W
 * SN(X))}. W is a 1x1 convolution whose stride is what F pools (stem: it starts after one of F's units).
 */
public final class PatchEmbedding {

  private PatchEmbedding() {
  }

  /**
   * Builds an embedding.
   *
   * @param in    channels of its input: 3 or 2 in a stem
   * @param width channels of its output
   * @throws IllegalArgumentException when a unit's divisor does not divide the width
   */
  public static Layer create(EmbeddingPath path, int in, int width, NeuronConfig neuron, Shortcut shortcut) {
    Layer embedding = new Deformed(path, in, width, neuron, shortcut);
    boolean seesStream = path.tap() == EmbeddingPath.INPUT;
    return seesStream ? PreActivated.of(shortcut, neuron, embedding) : embedding;
  }

  private static final class Deformed implements Layer {

    private static final String SHORTCUT = "proj_res";

    private final int in;
    private final int tap;
    private final List<SpikingUnit> units = new ArrayList<>();
    private final SpikingUnit shortcut;

    Deformed(EmbeddingPath path, int in, int width, NeuronConfig neuron, Shortcut form) {
      this.in = in;
      this.tap = path.tap();
      int channels = in;
      int tapped = in;
      for (int i = 0; i < path.units().size(); i++) {
        EmbeddingPath.Unit unit = path.units().get(i);
        if (width % unit.divisor() != 0) {
          throw new IllegalArgumentException("the embedding's width must be a multiple of " + unit.divisor()
              + " (unit " + unit.name() + "), got " + width);
        }
        int out = width / unit.divisor();
        End end = i == path.units().size() - 1 ? form.branchEnd() : End.SPIKES;
        units.add(new SpikingUnit(UnitNames.conv(unit.name()), Conv2d.same3x3(channels, out, Conv2d.Bias.NONE),
            unit.pooling(), neuron, end));
        channels = out;
        tapped = i == tap ? out : tapped;
      }
      this.shortcut = new SpikingUnit(UnitNames.conv(SHORTCUT),
          Conv2d.pointwise(tapped, width, path.stride(), Conv2d.Bias.NONE), Pooling.NONE, neuron, form.branchEnd());
    }

    @Override
    public Output forward(INDArray x, Pass pass) {
      Shapes.requireMap(x, in, "patch embedding");
      List<Backward> ways = new ArrayList<>();
      INDArray value = x;
      INDArray tapped = x;
      for (int i = 0; i < units.size(); i++) {
        Output output = units.get(i).forward(value, pass);
        if (value != tapped) {
          pass.release(value);
        }
        value = output.value();
        ways.add(output.backward());
        if (i == tap) {
          tapped = value;
        }
      }
      Output aside = shortcut.forward(tapped, pass);
      if (tapped != x) {
        pass.release(tapped);
      }
      Maps.addInPlace(value, aside.value(), pass);
      pass.release(aside.value());
      return pass.mode().keepsState()
          ? new Output(value, gradient -> backward(gradient, ways, aside, pass)) : Output.evaluated(value);
    }

    private INDArray backward(INDArray gradient, List<Backward> ways, Output aside, Pass pass) {
      INDArray fromShortcut = aside.backward().apply(gradient);
      INDArray g = gradient;
      for (int i = units.size() - 1; i >= 0; i--) {
        if (i == tap) {
          Maps.addInPlace(g, fromShortcut, pass);
          pass.release(fromShortcut);
        }
        INDArray next = ways.get(i).apply(g);
        if (g != gradient) {
          pass.release(g);
        }
        g = next;
      }
      if (tap == EmbeddingPath.INPUT) {
        Maps.addInPlace(g, fromShortcut, pass);
        pass.release(fromShortcut);
      }
      return g;
    }

    @Override
    public InferenceLayer forInference() {
      List<InferenceLayer> main = units.stream().map(Layer::forInference).toList();
      InferenceLayer before = InferenceLayer.chain(main.subList(0, tap + 1));
      InferenceLayer behind = InferenceLayer.chain(main.subList(tap + 1, main.size()));
      InferenceLayer aside = shortcut.forInference();
      return (x, pass) -> {
        Activation tapped = before.forward(x, pass);
        return behind.forward(tapped, pass).plus(aside.forward(tapped, pass), pass.engine());
      };
    }

    @Override
    public void visit(String prefix, StateVisitor visitor) {
      units.forEach(unit -> unit.visit(prefix, visitor));
      shortcut.visit(prefix, visitor);
    }

    @Override
    public MapShape trace(String name, MapShape input, ShapeTrace trace) {
      int first = trace.position();
      int behindTap = first;
      int last = first;
      MapShape shape = input;
      MapShape tapped = input;
      Content tappedContent = trace.content();
      for (int i = 0; i < units.size(); i++) {
        last = trace.position();
        shape = units.get(i).trace(name, shape, trace);
        if (i == tap) {
          tapped = shape;
          tappedContent = trace.content();
          behindTap = trace.position();
        }
      }
      // the shortcut's backward pass comes first: its gradient waits for the path's to reach the tap
      trace.hold(behindTap, trace.position(), tapped.floatBytes());
      trace.hold(first, last, shape.floatBytes());
      Content main = trace.content();
      trace.holds(tappedContent);
      shortcut.trace(name, tapped, trace);
      trace.flow(tapped.floatBytes() + 2 * shape.floatBytes());
      trace.holds(main.plus(trace.content()));
      return shape;
    }
  }
}
