package io.qkformer.train.data;

/** Told how far a long loading has come; called by many threads, though by one at a time. */
@FunctionalInterface
public interface LoadProgress {
  /**
   * Called after some more samples were loaded.
   *
   * @param loaded the number so far; never falls, and the last call has {@code loaded == total}
   * @param total the number in the end
   * @throws LoadingStoppedException when the loading is to end here
   */
  void loaded(int loaded, int total);

  /** Returns a listener that does nothing. */
  static LoadProgress silent() {
    return (loaded, total) -> { };
  }
}
