package io.qkformer.train.recipe;

/**
 * A mistake in a recipe. The message says where (file and line, or override), which key, what was expected and what
 * came; it is meant for whoever wrote the recipe.
 */
public final class RecipeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** A mistake that is told in one sentence. */
  public RecipeException(String message) {
    super(message);
  }

  RecipeException(String message, Throwable cause) {
    super(message, cause);
  }
}
