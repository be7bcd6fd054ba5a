package io.qkformer.train.loop;

import io.qkformer.train.report.EpochMetrics;
import java.io.IOException;

/** Is told what a training came to; what it does with it (files, curves) is its own. */
@FunctionalInterface
public interface TrainingListener {

  /**
   * An epoch is over, its evaluation included.
   *
   * @throws IOException when something could not be written; it ends the training
   */
  void epochEnded(EpochMetrics metrics) throws IOException;
}
