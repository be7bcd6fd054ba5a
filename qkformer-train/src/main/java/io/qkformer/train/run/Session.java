package io.qkformer.train.run;

import java.util.List;
import java.util.Objects;

/**
 * What the caller knows of a process that trains; the rest is the machine's.
 *
 * @param kernels      which kernels compute, {@code engine.kernels().name()}
 * @param threads      how many
 * @param seed         of all randomness
 * @param data         the data set's name
 * @param dataChecksum of the training data, empty if unknown
 * @param testChecksum of the test data, empty if unknown
 * @param command      the command line's words
 */
public record Session(String kernels, int threads, long seed, String data, String dataChecksum,
    String testChecksum, List<String> command) {

  /** Checks each value. */
  public Session {
    Objects.requireNonNull(kernels, "kernels");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(dataChecksum, "dataChecksum");
    Objects.requireNonNull(testChecksum, "testChecksum");
    command = List.copyOf(command);
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got " + threads);
    }
  }
}
