package io.qkformer.train.run;

import io.qkformer.train.data.LoadingStoppedException;
import io.qkformer.train.report.Progress;
import io.qkformer.train.report.Reading;
import java.util.function.BooleanSupplier;

/**
 * Ends the loading of which it is told, once a stop is requested: loading is told of by and by, and looks at nothing else
 * meanwhile.
 *
 * @param shown         is told too
 * @param stopRequested whether the loading is to end
 */
record StoppableProgress(Progress shown, BooleanSupplier stopRequested) implements Progress {

  @Override
  public Task start(String name, long total, String unit) {
    requireGoing(name);
    Task task = shown.start(name, total, unit);
    return new Task() {
      @Override
      public void advance(long items, Reading... readings) {
        task.advance(items, readings);
        requireGoing(name);
      }

      @Override
      public void close() {
        task.close();
      }
    };
  }

  /** For what tells of no progress, too. */
  void requireGoing(String name) {
    if (stopRequested.getAsBoolean()) {
      throw new LoadingStoppedException(name + ": stopped, as requested");
    }
  }
}
