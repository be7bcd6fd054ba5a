package io.qkformer.neuron;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a neuron's membrane did in one forward call.
 *
 * @param spikes     S, {@code [T, ...]}
 * @param potentials the membrane potential before the reset, H, {@code [T, ...]}
 * @param last       the membrane potential after the last step, V[T-1], {@code [...]}
 */
public record NeuronTrace(INDArray spikes, INDArray potentials, INDArray last) {
}
