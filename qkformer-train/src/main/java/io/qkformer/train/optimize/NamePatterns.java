package io.qkformer.train.optimize;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Names of parameters, by patterns: {@code *} stands for any characters (dots too), {@code ?} for one, as in
 * {@code patch_embed*} and {@code *.bias}.
 *
 * @param globs a name matches when one of them matches all of it
 */
public record NamePatterns(List<String> globs) {

  /** No name. */
  public static final NamePatterns NONE = new NamePatterns(List.of());

  /** Checks and copies the list. */
  public NamePatterns {
    globs = List.copyOf(globs);
    for (String glob : globs) {
      if (glob.isBlank()) {
        throw new IllegalArgumentException("a pattern of names must not be blank, got \"" + glob + "\"");
      }
    }
  }

  /** Some patterns. */
  public static NamePatterns of(String... globs) {
    return new NamePatterns(List.of(globs));
  }

  /** Whether a name matches. */
  public boolean matches(String name) {
    return globs.stream().anyMatch(glob -> matches(glob, name));
  }

  private static boolean matches(String glob, String name) {
    StringBuilder regex = new StringBuilder();
    for (char c : glob.toCharArray()) {
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return name.matches(regex.toString());
  }

  /**
   * Checks that no pattern is in vain.
   *
   * @param what    what the patterns are for, for the message
   * @throws IllegalArgumentException when one matches none of the names: it is probably misspelt
   */
  void requireUsed(String what, List<String> names) {
    for (String glob : globs) {
      if (names.stream().noneMatch(name -> matches(glob, name))) {
        throw new IllegalArgumentException(what + ": no parameter is called " + glob + "; there are "
            + names.subList(0, Math.min(5, names.size())) + (names.size() > 5 ? " and " + (names.size() - 5)
            + " more" : ""));
      }
    }
  }
}
