package io.qkformer.train.loop;

/**
 * How well a model does on a data set.
 *
 * @param loss    mean cross entropy
 * @param top1    percentage of samples whose class is the likeliest
 * @param top5    percentage of samples whose class is among the five likeliest
 * @param samples how many there were
 */
public record Evaluation(double loss, double top1, double top5, int samples) {
}
