package io.qkformer.model;

import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a backbone returns.
 *
 * @param maps     the feature map of each stage, {@code [T, B, H_i, W_i, C_i]}; the caller's to release
 * @param backward from the gradients of the maps (null where one is not used) to the gradient of the input
 */
public record Features(List<INDArray> maps, Function<List<INDArray>, INDArray> backward) {
}
