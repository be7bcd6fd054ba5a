package io.qkformer.train.loop;

import io.qkformer.train.report.EpochMetrics;
import java.io.IOException;

/**
 * Is told what a training came to; what it does with it (files, curves, checkpoints) is its own. During each call the
 * trainer is between two steps: {@link Trainer#state} may be asked for.
 */
@FunctionalInterface
public interface TrainingListener {

  /**
   * An epoch is over, its evaluation included. {@link Trainer#progress} is already at the start of the next.
   *
   * @throws IOException when something could not be written; it ends the training
   */
  void epochEnded(EpochMetrics metrics) throws IOException;

  /**
   * A step is over.
   *
   * @throws IOException when something could not be written; it ends the training
   */
  default void stepEnded(StepMetrics metrics) throws IOException {
    // most listeners look at epochs alone
  }

  /**
   * The training stops before its end, as {@link Trainer#requestStop} asked for.
   *
   * @throws IOException when something could not be written
   */
  default void stopped() throws IOException {
    // nothing to save
  }
}
