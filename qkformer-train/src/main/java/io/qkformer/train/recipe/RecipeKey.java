package io.qkformer.train.recipe;

import java.util.List;

/**
 * A key that recipes may have, for those who show or take them: a command line.
 *
 * @param name     with underscores
 * @param aliases  other names for the same
 * @param expected what values it takes
 * @param meaning  what it is for, and its default
 * @param arity    how many values it takes
 */
public record RecipeKey(String name, List<String> aliases, String expected, String meaning, Arity arity) {

  /** How many values a key takes. */
  public enum Arity {
    /** One. */
    SINGLE,
    /** A list, or one for all. */
    LIST
  }
}
