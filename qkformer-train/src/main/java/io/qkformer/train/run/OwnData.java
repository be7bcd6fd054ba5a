package io.qkformer.train.run;

import io.qkformer.train.data.SampleSource;
import io.qkformer.train.data.Split;
import java.util.Objects;

/**
 * Data sets of one's own for a {@link TrainingRun}, instead of those that its recipe names. They are the caller's, who
 * closes them after the run if need be.
 *
 * @param train what is trained on
 * @param test  what each epoch is measured on, of the same kind (images or clips) and classes
 */
public record OwnData(SampleSource train, SampleSource test) {

  /**
   * Checks that the two fit together.
   *
   * @throws IllegalArgumentException when they differ in kind or in their classes
   */
  public OwnData {
    Objects.requireNonNull(train, "train");
    Objects.requireNonNull(test, "test");
    if (!train.unit().equals(test.unit())) {
      throw new IllegalArgumentException("data: expected training and test samples of one kind, got " + train.unit()
          + " and " + test.unit());
    }
    if (!train.classNames().equals(test.classNames())) {
      throw new IllegalArgumentException("data: expected the test data " + test.name() + " to have the classes of "
          + train.name() + " in the same order, " + train.classNames() + ", got " + test.classNames()
          + "; give both the same list, whichever classes occur");
    }
  }

  /** One of the two, which closing leaves as it is. */
  RecipeSamples split(Split split) {
    return RecipeSamples.of(split == Split.TRAIN ? train : test, () -> { });
  }
}
