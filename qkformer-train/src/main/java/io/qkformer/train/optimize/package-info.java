/**
 * What turns logits into better parameters: mixing of samples, the loss and its soft targets, optimizers with
 * their parameter groups, the learning rate schedules, clipping and averages. All follow PyTorch and timm as the
 * reference uses them (reference-facts 3.0-3.3); docs/optimization.md lists them by timm's names.
 *
 * <p>One step: {@link io.qkformer.train.optimize.BatchMixing} says how a batch is mixed,
 * {@link io.qkformer.train.optimize.SoftTargetCrossEntropy} gives the gradient of the logits, the model's
 * backward pass adds to {@link io.qkformer.layer.Parameter#gradient()},
 * {@link io.qkformer.train.optimize.GradientClipping} bounds it,
 * {@link io.qkformer.train.optimize.Optimizer#step} updates,
 * {@link io.qkformer.train.optimize.WeightAverage#update} takes the result in,
 * {@link io.qkformer.train.optimize.Optimizer#clear} starts anew. Gradients of several micro-batches
 * before one step add up.
 */
package io.qkformer.train.optimize;
