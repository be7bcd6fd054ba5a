package io.qkformer.kernel;

/** What threads do in one parallel call; calls that are joined have one end at which threads wait for each other. */
record Tasks(int count, Workers.Task task) {

  static final Tasks NONE = new Tasks(0, (index, scratch) -> { });

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
