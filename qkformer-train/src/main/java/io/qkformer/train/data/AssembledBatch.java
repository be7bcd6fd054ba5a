package io.qkformer.train.data;

import java.util.List;

/**
 * A batch with the samples that were left out in it. Whoever takes the batches in turn reports them, so that reports
 * and the failure over too many do not depend on which thread was the faster.
 *
 * @param batch the batch
 * @param corrupt what was left out
 */
record AssembledBatch(Batch batch, List<CorruptFile> corrupt) { }
