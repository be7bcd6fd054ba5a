/**
 * What turns logits into better parameters: the loss and its soft targets, AdamW with its parameter groups,
 * the learning rate schedules. All follow PyTorch and timm as the reference uses them (reference-facts
 * 3.0-3.3).
 *
 * <p>One step: {@link io.qkformer.train.optimize.SoftTargetCrossEntropy} gives the gradient of the logits,
 * the model's backward pass adds to {@link io.qkformer.layer.Parameter#gradient()},
 * {@link io.qkformer.train.optimize.Optimizer#step} updates,
 * {@link io.qkformer.train.optimize.Optimizer#clear} starts anew. Gradients of several micro-batches
 * before one step add up.
 */
package io.qkformer.train.optimize;
