package io.qkformer.train.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/**
 * Which build of this library runs.
 *
 * @param version such as {@code 0.1.0}; {@value #UNKNOWN} where the classes were not built by Maven
 * @param commit  of git, abbreviated, with {@value #DIRTY} behind it where files were changed; absent where the build was
 *                none of a git checkout
 */
public record LibraryVersion(String version, Optional<String> commit) {

  /** The version of classes that were not built by Maven. */
  public static final String UNKNOWN = "unknown";
  /** What follows a commit from which the built files differ. */
  public static final String DIRTY = "-dirty";
  private static final String RESOURCE = "version.properties";
  private static final String UNFILTERED = "${";

  /** Checks that both are there. */
  public LibraryVersion {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(commit, "commit");
  }

  /** The build that runs. */
  public static LibraryVersion current() {
    Properties properties = new Properties();
    try (InputStream in = LibraryVersion.class.getResourceAsStream(RESOURCE)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE + " of the library", e);
    }
    return new LibraryVersion(known(properties, "version").orElse(UNKNOWN), known(properties, "commit"));
  }

  private static Optional<String> known(Properties properties, String key) {
    return Optional.ofNullable(properties.getProperty(key))
        .filter(value -> !value.isBlank() && !value.startsWith(UNFILTERED));
  }
}
