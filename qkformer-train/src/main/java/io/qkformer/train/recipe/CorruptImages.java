package io.qkformer.train.recipe;

/** What becomes of an image that cannot be decoded. */
public enum CorruptImages {
  /** The training ends with an error that names it. */
  FAIL,
  /** It is left out, with a warning that names it. */
  SKIP
}
