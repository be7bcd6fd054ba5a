package io.qkformer.train.optimize;

/**
 * The constants of {@link Sgd}; the learning rate belongs to the schedule, the weight decay to the parameter
 * group.
 *
 * @param momentum  decay of the running sum of gradients, at least 0; 0 for none
 * @param dampening what the gradient loses when it is added to the sum, 0 for nothing
 * @param kind      how the sum moves the parameters
 */
public record SgdConfig(double momentum, double dampening, Kind kind) {

  /** PyTorch's {@code nesterov}. */
  public enum Kind {
    /** Steps along the sum: timm's {@code momentum}. */
    CLASSICAL,
    /** Looks one step ahead: timm's {@code sgd} and {@code nesterov}. */
    NESTEROV
  }

  /** timm's default of {@link #momentum}. */
  public static final double DEFAULT_MOMENTUM = 0.9;

  /** Checks each value. */
  public SgdConfig {
    if (!(momentum >= 0 && momentum < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("momentum must be at least 0 and finite, got " + momentum);
    }
    if (!Double.isFinite(dampening)) {
      throw new IllegalArgumentException("dampening must be finite, got " + dampening);
    }
    if (kind == null) {
      throw new IllegalArgumentException("kind must be CLASSICAL or NESTEROV, got null");
    }
    if (kind == Kind.NESTEROV && (momentum == 0 || dampening != 0)) {
      throw new IllegalArgumentException("NESTEROV needs a momentum above 0 and no dampening, got momentum "
          + momentum + ", dampening " + dampening + "; take CLASSICAL");
    }
  }

  /** timm's {@code sgd}: Nesterov's. */
  public static SgdConfig nesterov(double momentum) {
    return new SgdConfig(momentum, 0, Kind.NESTEROV);
  }

  /** timm's {@code momentum}; with momentum 0, plain gradient descent. */
  public static SgdConfig classical(double momentum) {
    return new SgdConfig(momentum, 0, Kind.CLASSICAL);
  }
}
