package io.qkformer.train.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** progress.json. Java writes a double with as many digits as it takes to read the same bits again. */
final class ProgressJson {

  private ProgressJson() {
  }

  static byte[] write(TrainingProgress progress) {
    ObjectNode root = JsonFields.newObject()
        .put("epoch", progress.epoch())
        .put("microBatchInEpoch", progress.microBatchInEpoch())
        .put("microBatches", progress.microBatches())
        .put("steps", progress.steps())
        .put("seed", progress.seed());
    EpochSums sums = progress.sums();
    root.putObject("sums")
        .put("lossSum", sums.lossSum())
        .put("samples", sums.samples())
        .put("top1", sums.top1())
        .put("top5", sums.top5())
        .put("rateSum", sums.rateSum())
        .put("steps", sums.steps())
        .put("nanos", sums.nanos());
    ObjectNode more = root.putObject("more");
    progress.more().forEach(more::put);
    return JsonFields.bytes(root);
  }

  /** Throws IllegalArgumentException, which says what is wrong. */
  static TrainingProgress read(byte[] json) {
    JsonFields root = JsonFields.parse(json);
    JsonFields sums = root.object("sums");
    TrainingProgress progress = new TrainingProgress(root.smallInteger("epoch"),
        root.smallInteger("microBatchInEpoch"), root.integer("microBatches"), root.integer("steps"),
        new EpochSums(sums.number("lossSum"), sums.smallInteger("samples"), sums.smallInteger("top1"),
            sums.smallInteger("top5"), sums.number("rateSum"), sums.smallInteger("steps"), sums.integer("nanos")),
        root.integer("seed"), root.texts("more"));
    sums.requireNoMore();
    root.requireNoMore();
    return progress;
  }
}
