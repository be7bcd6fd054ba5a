package io.qkformer.train.optimize;

/** A tensor that an optimizer moves, with its gradient and what the optimizer remembers of it. */
interface Trained {

  /** The values. */
  Values value();

  /** The sum of the gradients. */
  Values gradient();

  /** Sets the gradient to zero. */
  void clearGradient();

  /** What the optimizer remembers under a name, one number per value; zeros at first. */
  Values state(String what);

  /** The number of units of adaptive clipping: output channels; 1 for vectors and scalars. */
  int units();
}
