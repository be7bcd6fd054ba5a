/**
 * Inference on packed spikes: maps as bits, convolutions with batch norm folded in, attention on words. Knows
 * arithmetic only; layers build their twins here from their own parameters ({@code Layer.forInference}), which is why
 * this package lies below them.
 */
package io.qkformer.inference;
