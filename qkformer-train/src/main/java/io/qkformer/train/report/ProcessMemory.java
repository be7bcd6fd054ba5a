package io.qkformer.train.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** The memory of a process as Linux counts it in {@code /proc/PID/status}; unknown on other systems. */
public final class ProcessMemory {

  private static final String PEAK = "VmHWM:";
  private static final String RESIDENT = "VmRSS:";
  private static final double KIB_PER_MIB = 1024;

  private final Path status;

  /** Of the process whose status file this is. */
  public ProcessMemory(Path status) {
    this.status = status;
  }

  /** Of this JVM. */
  public static ProcessMemory own() {
    return new ProcessMemory(Path.of("/proc/self/status"));
  }

  /** MiB that were resident at most. */
  public OptionalDouble peakMb() {
    return read(PEAK);
  }

  /** MiB that are resident now. */
  public OptionalDouble residentMb() {
    return read(RESIDENT);
  }

  private OptionalDouble read(String field) {
    if (!Files.isReadable(status)) {
      return OptionalDouble.empty();
    }
    try {
      // VmHWM:     12345 kB
      return Files.readAllLines(status).stream().filter(line -> line.startsWith(field))
          .mapToDouble(line -> Double.parseDouble(line.substring(field.length()).trim().split("\\s+")[0]) / KIB_PER_MIB)
          .findFirst();
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }
}
