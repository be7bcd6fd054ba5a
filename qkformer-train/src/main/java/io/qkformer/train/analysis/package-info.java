/**
 * Looking inside a network while it runs. Monitors are {@link io.qkformer.layer.LayerObserver}s: attach one to a model
 * ({@link io.qkformer.model.QKFormer#attach}) or to one pass ({@link io.qkformer.layer.Pass#observe(
 * io.qkformer.layer.LayerObserver)}), run, read its records, close the attachment.
 */
package io.qkformer.train.analysis;
