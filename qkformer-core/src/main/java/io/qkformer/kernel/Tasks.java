package io.qkformer.kernel;

/** What threads do in one parallel call; calls that are joined have one end at which threads wait for each other. */
record Tasks(int count, Workers.Task task) {

  static final Tasks NONE = new Tasks(0, (index, scratch) -> { });

  /** The work on ranges of about {@code grain} of {@code count} items. */
  static Tasks ofRanges(long count, long grain, Workers.RangeTask task) {
    long size = Math.max(1, grain);
    return new Tasks(Math.toIntExact((count + size - 1) / size), (chunk, scratch) ->
        task.run(chunk * size, Math.min(count, (chunk + 1) * size), scratch));
  }

  /** Where a part begins of {@code parts} even ones. */
  static int bound(int count, int part, int parts) {
    return (int) ((long) count * part / parts);
  }

  /** These, and then the others: the smaller ones last leave less to wait for. */
  Tasks then(Tasks others) {
    return new Tasks(count + others.count, (index, scratch) -> {
      if (index < count) {
        task.run(index, scratch);
      } else {
        others.task.run(index - count, scratch);
      }
    });
  }

  void run(Workers workers) {
    workers.forEach(count, task);
  }
}
