package io.qkformer.train.optimize;

import io.qkformer.layer.Parameter;

/** Which parameters have no weight decay. */
@FunctionalInterface
public interface NoDecayRule {

  /**
   * Whether a parameter is exempt.
   *
   * @param name its name in the state_dict
   */
  boolean exempts(String name, Parameter parameter);

  /**
   * timm's rule, which the reference follows: vectors and scalars (in the state_dict's shape), and whatever
   * is called {@code .bias}. The weights of convolutions and of the head are left to decay.
   */
  static NoDecayRule timm() {
    return (name, parameter) -> name.endsWith(".bias")
        || parameter.layout().externalShape(parameter.value().shape()).length <= 1;
  }

  /** All parameters decay. */
  static NoDecayRule none() {
    return (name, parameter) -> false;
  }
}
