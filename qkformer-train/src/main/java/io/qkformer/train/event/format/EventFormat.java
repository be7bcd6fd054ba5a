package io.qkformer.train.event.format;

import io.qkformer.train.event.EventFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The file formats of events. */
public enum EventFormat {
  /** iniVation's packets, as in DVS128 Gesture ({@code #!AER-DAT3.1}). */
  AEDAT_3_1(".aedat"),
  /** jAER's pairs of address and time of the DVS128, as in CIFAR10-DVS ({@code #!AER-DAT2.0}). */
  AEDAT_2_0(".aedat"),
  /** Events of 5 bytes, as in N-MNIST and N-Caltech101. */
  N_MNIST(".bin"),
  /** SpikingJelly's and NumPy's archive of the arrays t, x, y and p. */
  NPZ(".npz");

  private static final int VERSION_BYTES = AedatHeader.VERSION_3_1.length();

  private final String suffix;

  EventFormat(String suffix) {
    this.suffix = suffix;
  }

  /** Returns how names of such files end, in lower case with the dot. */
  public String suffix() {
    return suffix;
  }

  /** Returns whether a file's name ends as those of some format do, in either case. */
  public static boolean isEventFile(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (EventFormat format : values()) {
      if (lower.endsWith(format.suffix)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the format of a file, by the end of its name and, of an {@code .aedat} file, its first line.
   *
   * @throws EventFileException if the name ends otherwise or the version is another; the message names both
   * @throws IOException if an {@code .aedat} file cannot be read
   */
  public static EventFormat of(Path file) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(NPZ.suffix)) {
      return NPZ;
    }
    if (name.endsWith(N_MNIST.suffix)) {
      return N_MNIST;
    }
    if (!name.endsWith(AEDAT_3_1.suffix)) {
      throw EventFileException.in(file.toString(), "expected a file that ends in .aedat, .bin or .npz");
    }
    String version;
    try (InputStream in = Files.newInputStream(file)) {
      version = new String(in.readNBytes(VERSION_BYTES), StandardCharsets.ISO_8859_1);
    }
    return switch (version) {
      case AedatHeader.VERSION_3_1 -> AEDAT_3_1;
      case AedatHeader.VERSION_2_0 -> AEDAT_2_0;
      default -> throw EventFileException.at(file.toString(), 0, "expected " + AedatHeader.VERSION_3_1 + " or "
          + AedatHeader.VERSION_2_0 + ", got " + AedatHeader.quote(version));
    };
  }
}
