package io.qkformer.attention;

import io.qkformer.attention.AttentionCore.Attended;
import io.qkformer.layer.Content;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.Conv2d.BiasGradient;
import io.qkformer.layer.Layer;
import io.qkformer.layer.MapShape;
import io.qkformer.layer.Output;
import io.qkformer.layer.Pass;
import io.qkformer.layer.ShapeTrace;
import io.qkformer.layer.SharedInput;
import io.qkformer.layer.StateLayout;
import io.qkformer.layer.StateVisitor;
import io.qkformer.tensor.Shapes;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Vanilla self attention (eq. 4, 5), {@code [T, B, H, W, C] -> [T, B, H, W, C]}: the projections Q, K, V = W x + b,
 * {@link SoftmaxAttention}, and an output projection. It is the module of networks that do not spike, and stands beside
 * {@link SpikingAttention} to be compared with; steps and samples are independent of each other.
 *
 * <p>At inference it runs its own evaluation pass.
 */
public final class VanillaAttention implements Layer {

  private static final List<String> NAMES = List.of("q", "k", "v");
  private static final String OUTPUT = "proj";

  private final int width;
  private final SoftmaxAttention attention;
  private final List<Conv2d> projections;
  private final SharedInput inputs;
  private final Conv2d output;

  /**
   * A module of {@code width} channels in {@code heads} contiguous segments.
   *
   * @throws IllegalArgumentException unless the heads divide the width
   */
  public VanillaAttention(int width, int heads) {
    this.attention = new SoftmaxAttention(width, heads);
    this.width = width;
    this.projections = Stream.generate(() -> linear(width)).limit(NAMES.size()).toList();
    this.inputs = new SharedInput(projections);
    this.output = linear(width);
  }

  private static Conv2d linear(int width) {
    return Conv2d.linear(width, width, Conv2d.Bias.LEARNED, StateLayout.LINEAR);
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    Shapes.requireMap(x, width, toString());
    SharedInput.Outputs projected = inputs.forward(x, pass, BiasGradient.SUMMED);
    Attended attended = attention.attend(projected.values(), pass);
    projected.values().forEach(pass::release);
    Output out = output.forward(attended.value(), pass);
    pass.release(attended.value());
    if (!pass.mode().keepsState()) {
      return out;
    }
    return new Output(out.value(), gradient -> {
      INDArray g = out.backward().apply(gradient);
      List<INDArray> gradients = attended.backward().apply(g);
      pass.release(g);
      INDArray dx = projected.backward().apply(gradients);
      gradients.forEach(pass::release);
      return dx;
    });
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    for (int i = 0; i < projections.size(); i++) {
      projections.get(i).visit(prefix + NAMES.get(i) + ".", visitor);
    }
    output.visit(prefix + OUTPUT + ".", visitor);
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    Content content = trace.content();
    int first = trace.position();
    for (int i = 0; i < projections.size(); i++) {
      trace.holds(content);
      projections.get(i).trace(name + "." + NAMES.get(i), input, trace);
    }
    // the gradients of all three are there when that of the input is computed
    trace.work((NAMES.size() + 1) * input.floatBytes());
    long tokens = (long) input.height() * input.width();
    trace.add(name + ".softmax(q k^T) v", attention.toString(), input, 2 * input.rows() * tokens * width);
    trace.keep(NAMES.size() * input.floatBytes(), 0);
    trace.work((NAMES.size() + 1) * input.floatBytes());
    int behind = trace.position();
    MapShape out = output.trace(name + "." + OUTPUT, input, trace);
    trace.hold(first, behind, out.floatBytes());
    return out;
  }

  @Override
  public String toString() {
    return "VanillaAttention(" + width + ")";
  }
}
