package io.qkformer.train.data;

import java.util.Locale;

/** Which part of a data set is meant: the one to learn from or the one to be judged by. */
public enum Split {
  /** The samples to learn from. */
  TRAIN,
  /** The samples held back to measure accuracy. */
  TEST;

  /** Returns the name as folders and messages write it: {@code train} or {@code test}. */
  public String folder() {
    return name().toLowerCase(Locale.ROOT);
  }
}
