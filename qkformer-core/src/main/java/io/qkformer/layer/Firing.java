package io.qkformer.layer;

import io.qkformer.kernel.NeuronStep;
import io.qkformer.tensor.FloatSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a neuron layer did in one forward call. The membrane potential is not among it: no pass stores it, and it is a
 * function of current and step.
 *
 * @param current    the input current, C order of {@code [T0, ...]}
 * @param inputSteps T0: 1 for a static current, which is the same at each step, else T
 * @param step       the neuron's constants
 * @param spikes     S, {@code [T, ...]}, 0 or 1
 */
public record Firing(FloatSource current, int inputSteps, NeuronStep step, INDArray spikes) {
}
