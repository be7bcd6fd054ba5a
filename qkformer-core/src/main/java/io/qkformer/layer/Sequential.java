package io.qkformer.layer;

import io.qkformer.inference.InferenceLayer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layers one after the other; the i-th is named {@code i.} unless names are given. */
public final class Sequential implements Layer {

  private final List<String> names;
  private final List<Layer> layers;

  /**
   * Named layers.
   *
   * @param names what each layer's parameter names start with, without the dot
   */
  public Sequential(List<String> names, List<? extends Layer> layers) {
    if (names.size() != layers.size() || layers.isEmpty()) {
      throw new IllegalArgumentException("expected one name for each of at least one layer, got " + names.size()
          + " names and " + layers.size() + " layers");
    }
    this.names = List.copyOf(names);
    this.layers = List.copyOf(layers);
  }

  /** Layers that are numbered from 0. */
  public static Sequential of(Layer... layers) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < layers.length; i++) {
      names.add(Integer.toString(i));
    }
    return new Sequential(names, List.of(layers));
  }

  @Override
  public Output forward(INDArray x, Pass pass) {
    if (!pass.isObserved()) {
      return chain(layers, x, pass, (layer, input) -> layer.forward(input, pass));
    }
    Iterator<String> own = names.iterator();
    return chain(layers, x, pass, (layer, input) -> pass.run(own.next(), layer, input));
  }

  /**
   * Runs parts one after the other, releasing what lies between them.
   *
   * @param step runs one part on its input
   */
  public static <L> Output chain(List<L> parts, INDArray x, Pass pass, BiFunction<L, INDArray, Output> step) {
    List<Backward> ways = new ArrayList<>(parts.size());
    INDArray value = x;
    for (L part : parts) {
      Output output = step.apply(part, value);
      if (value != x) {
        pass.release(value);
      }
      value = output.value();
      ways.add(output.backward());
    }
    if (!pass.mode().keepsState()) {
      return Output.evaluated(value);
    }
    return new Output(value, gradient -> {
      INDArray g = gradient;
      for (int i = ways.size() - 1; i >= 0; i--) {
        INDArray next = ways.get(i).apply(g);
        if (g != gradient) {
          pass.release(g);
        }
        g = next;
      }
      return g;
    });
  }

  @Override
  public InferenceLayer forInference() {
    return InferenceLayer.chain(layers.stream().map(Layer::forInference).toList());
  }

  @Override
  public MapShape trace(String name, MapShape input, ShapeTrace trace) {
    String prefix = name.isEmpty() ? "" : name + ".";
    Iterator<String> own = names.iterator();
    return trace.chain(layers, input, (layer, shape) -> layer.trace(prefix + own.next(), shape, trace));
  }

  @Override
  public void visit(String prefix, StateVisitor visitor) {
    for (int i = 0; i < layers.size(); i++) {
      layers.get(i).visit(prefix + names.get(i) + ".", visitor);
    }
  }
}
