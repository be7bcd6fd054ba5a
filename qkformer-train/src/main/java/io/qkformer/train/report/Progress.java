package io.qkformer.train.report;

/**
 * Is told how far long work has come. What it does with it, whether and where it shows it, is the
 * application's.
 */
@FunctionalInterface
public interface Progress {

  /**
   * Work begins.
   *
   * @param name  what is done, such as {@code train 3/400}
   * @param total how many items there will be, at least 0
   * @param unit  what the items are, such as {@code images}
   * @return to be told of each advance, and closed at the end
   * @throws IllegalArgumentException when {@code total} is negative
   */
  Task start(String name, long total, String unit);

  /** One piece of work under way. Used by one thread at a time. */
  interface Task extends AutoCloseable {

    /**
     * Some more items are done.
     *
     * @param items    how many more
     * @param readings numbers as they are now, the most important first: where there is no room, the last are not
     *                 shown
     */
    void advance(long items, Reading... readings);

    /** The work ended, done or not; a second call does nothing. */
    @Override
    void close();
  }

  /** Shows nothing. */
  static Progress silent() {
    return (name, total, unit) -> {
      requireTotal(total);
      return new Task() {
        @Override
        public void advance(long items, Reading... readings) {
          // silent
        }

        @Override
        public void close() {
          // nothing is held
        }
      };
    };
  }

  /** Checks a total, for implementations. */
  static void requireTotal(long total) {
    if (total < 0) {
      throw new IllegalArgumentException("total must be at least 0, got " + total);
    }
  }
}
