package io.qkformer.train.optimize;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A loss and where it points.
 *
 * @param value    the mean over the batch
 * @param gradient its derivative with respect to the logits, FLOAT {@code [B, classes]}
 */
public record Loss(double value, INDArray gradient) {
}
