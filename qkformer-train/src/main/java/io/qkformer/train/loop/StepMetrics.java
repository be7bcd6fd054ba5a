package io.qkformer.train.loop;

/**
 * What one optimizer step came to.
 *
 * @param epoch        counted from 0
 * @param step         counts the steps of the whole training from 1 on
 * @param learningRate of the step
 * @param loss         mean over its samples
 * @param images       how many samples it had
 * @param seconds      how long it took, waiting included
 * @param waited       seconds of these in which the loader was waited for
 */
public record StepMetrics(int epoch, long step, double learningRate, double loss, int images, double seconds,
    double waited) {
}
