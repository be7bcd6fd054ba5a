/**
 * The networks that the paper's Tables 2 and 3 compare QKFormer with, each composed of the library's parts in one short
 * class: how to build a network of one's own. What they are called in code: {@link
 * io.qkformer.examples.baseline.Spikformer}, {@link io.qkformer.examples.baseline.SpikformerCml}, {@link
 * io.qkformer.examples.baseline.Spikingformer}, {@link io.qkformer.examples.baseline.SpikeDrivenTransformer}.
 */
package io.qkformer.examples.baseline;
