package io.qkformer.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What of a processor decides which way of computing is fastest there. It is read, not measured: a measurement may come out
 * differently the next time, and with it the last bits of a run that is resumed.
 */
enum Processor {

  /** Vectors of 256 bits or less: finding a row of weights costs beside adding its few vectors. */
  NARROW,
  /** One fused multiply-add of 512 bits at a time: adding a row of weights costs as much as multiplying it. */
  ONE_UNIT,
  /** Two at a time, with a second-level cache of 1 MB or little more: weight rows come from the third more often. */
  TWO_UNITS_SMALL_CACHE,
  /** Two at a time, as fast as their factors are loaded: multiplying costs less than adding a row. */
  TWO_UNITS;

  private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");
  private static final String FLAG_OF_512_BITS = "avx512f";
  /** Intel's servers from Sapphire Rapids on have it, and two units. */
  private static final String FLAG_OF_TWO_UNITS = "avx512_fp16";
  private static final String INTEL = "GenuineIntel";
  private static final int INTEL_FAMILY = 6;
  /** Skylake, Cascade Lake and Cooper Lake; Ice Lake of two kinds. */
  private static final Set<Integer> EARLIER_INTEL_SERVERS = Set.of(85, 106, 108);
  private static final String AMD = "AuthenticAMD";
  /** Zen 5. */
  private static final int AMD_FAMILY_OF_TWO_UNITS = 26;

  /** This machine's; where it is not described as Linux does, a narrow one. */
  static Processor ofThisMachine() {
    try {
      return of(Files.readAllLines(DESCRIPTION));
    } catch (IOException | SecurityException e) {
      return NARROW;
    }
  }

  /** The first processor that the lines of {@code /proc/cpuinfo} describe. */
  static Processor of(List<String> lines) {
    List<String> flags = List.of(value(lines, "flags").split(" "));
    if (!flags.contains(FLAG_OF_512_BITS)) {
      return NARROW;
    }
    String vendor = value(lines, "vendor_id");
    int family = number(lines, "cpu family");
    if (flags.contains(FLAG_OF_TWO_UNITS) || vendor.equals(AMD) && family >= AMD_FAMILY_OF_TWO_UNITS) {
      return TWO_UNITS;
    }
    boolean earlier = vendor.equals(INTEL) && family == INTEL_FAMILY && EARLIER_INTEL_SERVERS.contains(number(lines, "model"));
    return earlier ? TWO_UNITS_SMALL_CACHE : ONE_UNIT;
  }

  private static int number(List<String> lines, String name) {
    String value = value(lines, name);
    return value.matches("\\d{1,9}") ? Integer.parseInt(value) : -1;
  }

  private static String value(List<String> lines, String name) {
    return lines.stream().filter(line -> line.startsWith(name) && line.substring(name.length()).strip().startsWith(":"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse("");
  }
}
