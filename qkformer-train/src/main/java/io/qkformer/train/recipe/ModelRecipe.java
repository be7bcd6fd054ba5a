package io.qkformer.train.recipe;

import io.qkformer.model.HstConfig;
import java.util.OptionalInt;

/**
 * Which model.
 *
 * @param architecture all but the number of classes; height and width are the same
 * @param numClasses   the number of classes that the recipe asks for; empty: that of the data
 */
public record ModelRecipe(HstConfig architecture, OptionalInt numClasses) {

  /** Checks the size; the architecture's own number of classes does not count. */
  public ModelRecipe {
    Checks.that(architecture.height() == architecture.width(), "imgSize must be one number for height and width, got "
        + architecture.height() + "x" + architecture.width());
    numClasses.ifPresent(classes -> Checks.atLeast("numClasses", 1, classes));
    architecture = architecture.withClasses(numClasses.orElse(1));
  }

  /**
   * The model for data with so many classes.
   *
   * @throws RecipeException when the recipe asks for another number
   */
  public HstConfig config(int classes) {
    if (numClasses.isPresent() && numClasses.getAsInt() != classes) {
      throw new RecipeException("num_classes: expected " + classes + ", as the data has, got " + numClasses.getAsInt()
          + "; leave num_classes out to follow the data");
    }
    return architecture.withClasses(classes);
  }

  /** T of the simulation; of event data, the number of frames too. */
  public int timeSteps() {
    return architecture.timeSteps();
  }
}
