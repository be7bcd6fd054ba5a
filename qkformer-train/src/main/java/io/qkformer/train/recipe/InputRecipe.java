package io.qkformer.train.recipe;

/** What happens to a sample between its file and the network. */
public sealed interface InputRecipe permits ImageRecipe, EventRecipe {

  /** Height and width of the network's input: {@code img_size}. */
  int size();
}
