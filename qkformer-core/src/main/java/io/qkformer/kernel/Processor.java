package io.qkformer.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What of a processor decides which way of computing is fastest there. It is read, not measured: a measurement may come out
 * differently the next time, and with it the last bits of a run that is resumed.
 *
 * @param multiplies512Twice whether a core starts two fused multiply-adds of 512 bits at a time, as fast as it loads their
 *                           factors. Otherwise adding a row of weights costs as much as multiplying it
 */
record Processor(boolean multiplies512Twice) {

  private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");
  /** Intel's servers from Sapphire Rapids on have it, and two units. */
  private static final String FLAG_OF_TWO_UNITS = "avx512_fp16";
  private static final String AMD = "AuthenticAMD";
  /** Zen 5. */
  private static final int AMD_FAMILY_OF_TWO_UNITS = 26;

  /** This machine's; where it is not described as Linux does, one with one unit. */
  static Processor ofThisMachine() {
    try {
      return of(Files.readAllLines(DESCRIPTION));
    } catch (IOException | SecurityException e) {
      return new Processor(false);
    }
  }

  /** The first processor that the lines of {@code /proc/cpuinfo} describe. */
  static Processor of(List<String> lines) {
    boolean intel = List.of(value(lines, "flags").split(" ")).contains(FLAG_OF_TWO_UNITS);
    String family = value(lines, "cpu family");
    boolean amd = value(lines, "vendor_id").equals(AMD) && family.matches("\\d{1,9}")
        && Integer.parseInt(family) >= AMD_FAMILY_OF_TWO_UNITS;
    return new Processor(intel || amd);
  }

  private static String value(List<String> lines, String name) {
    return lines.stream().filter(line -> line.startsWith(name) && line.substring(name.length()).strip().startsWith(":"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse("");
  }
}
