package io.qkformer.examples;

import io.qkformer.train.data.Dataset;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;

/**
 * Reads images of a data set to see whether it can be done.
 *
 * @param problems of those that cannot be read, in the order of the data set
 */
record ReadCheck(List<String> problems) {

  /** Reads so many images, spread evenly over the data set, on so many threads. */
  static ReadCheck run(Dataset dataset, int images, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1, got " + threads);
    }
    Map<Integer, String> problems = new ConcurrentSkipListMap<>();
    List<Thread> readers = IntStream.range(0, threads).mapToObj(reader -> new Thread(() -> {
      for (int i = reader; i < images; i += threads) {
        int index = (int) ((long) i * dataset.size() / images);
        try {
          dataset.get(index);
        } catch (IOException e) {
          problems.put(index, e.getMessage());
        }
      }
    })).toList();
    readers.forEach(Thread::start);
    try {
      for (Thread reader : readers) {
        reader.join();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while images were read", e);
    }
    return new ReadCheck(List.copyOf(problems.values()));
  }
}
