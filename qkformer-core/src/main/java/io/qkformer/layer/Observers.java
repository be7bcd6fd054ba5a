package io.qkformer.layer;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Several observers as one, each of them once, in the order in which they came.
 *
 * @param all at least two
 */
record Observers(List<LayerObserver> all) implements LayerObserver {

  /** The observers of both; {@code first} may be null: nobody. */
  static LayerObserver both(LayerObserver first, LayerObserver second) {
    if (first == null) {
      return second;
    }
    List<LayerObserver> all = new ArrayList<>(flat(first));
    flat(second).stream().filter(observer -> all.stream().noneMatch(known -> known == observer)).forEach(all::add);
    return all.size() == 1 ? first : new Observers(List.copyOf(all));
  }

  private static List<LayerObserver> flat(LayerObserver observer) {
    return observer instanceof Observers several ? several.all() : List.of(observer);
  }

  @Override
  public void computed(String layer, Layer part, List<INDArray> inputs, INDArray output) {
    all.forEach(observer -> observer.computed(layer, part, inputs, output));
  }

  @Override
  public void fired(String layer, Firing firing) {
    all.forEach(observer -> observer.fired(layer, firing));
  }

  @Override
  public void gradient(String layer, INDArray gradient) {
    all.forEach(observer -> observer.gradient(layer, gradient));
  }
}
