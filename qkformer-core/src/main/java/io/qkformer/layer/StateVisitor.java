package io.qkformer.layer;

/** Sees the state of a layer under stable names, which are the reference's state_dict keys. */
public interface StateVisitor {

  /** A learnable parameter. */
  void parameter(String name, Parameter parameter);

  /** A buffer: state that is saved but not learnt. */
  default void buffer(String name, Buffer buffer) {
  }
}
