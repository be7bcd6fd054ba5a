package io.qkformer.layer;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Who looks at a pass, and where in the network the pass is. While nobody looks, {@link #observer} is null: each call of a
 * pass that could show something asks that and nothing else, and no name is made.
 */
final class Observed {

  /** Null: nobody looks. */
  private LayerObserver observer;
  private String scope = "";

  Observed() {
  }

  private Observed(LayerObserver observer, String scope) {
    this.observer = observer;
    this.scope = scope;
  }

  boolean isOn() {
    return observer != null;
  }

  void add(LayerObserver more) {
    observer = Observers.both(observer, more);
  }

  /** The same for another pass at the same place. */
  Observed copy() {
    return new Observed(observer, scope);
  }

  /** For a second forward pass at a place that {@link #scope} told: values were shown before, gradients were not. */
  Observed again(String place) {
    return new Observed(observer == null ? null : new LayerObserver() {
      @Override
      public void gradient(String layer, INDArray gradient) {
        observer.gradient(layer, gradient);
      }
    }, place);
  }

  String scope() {
    return scope;
  }

  private String named(String name) {
    return scope.isEmpty() || name.isEmpty() ? scope + name : scope + "." + name;
  }

  /** Goes into a part; returns where it was before, for {@link #leave}. */
  String enter(String name) {
    String before = scope;
    scope = named(name);
    return before;
  }

  void leave(String before) {
    scope = before;
  }

  Output show(String name, Layer part, List<INDArray> inputs, Output output, Mode mode) {
    String layer = named(name);
    observer.computed(layer, part, inputs, output.value());
    return withGradient(layer, output, mode);
  }

  void fired(Firing firing) {
    observer.fired(scope, firing);
  }

  Output withGradient(String layer, Output output, Mode mode) {
    LayerObserver watching = observer;
    return !mode.keepsState() ? output : new Output(output.value(), gradient -> {
      watching.gradient(layer, gradient);
      return output.backward().apply(gradient);
    });
  }

  Output showGradient(String name, Output output, Mode mode) {
    return withGradient(named(name), output, mode);
  }
}
