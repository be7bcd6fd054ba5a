/** Ablation studies: variants of a recipe, each trained with several seeds, as a table and a chart. */
package io.qkformer.examples.study;
