/**
 * Training recipes: YAML files with the keys that users of timm and of the QKFormer reference know, read into the
 * configuration records of the other packages. {@link io.qkformer.train.recipe.Recipes} reads and writes them; {@code
 * docs/recipes.md} lists the keys. A recipe says what to do and opens no data.
 */
package io.qkformer.train.recipe;
