package io.qkformer.train.recipe;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A value as it was written: what it means is decided by its key.
 *
 * @param kind  the form
 * @param text  of {@link Kind#SCALAR}, without quotes; else empty
 * @param items of {@link Kind#LIST}, none of them a list
 */
record Written(Kind kind, String text, List<Written> items) {

  enum Kind { NOTHING, SCALAR, LIST }

  /** Nothing at all, {@code ~} or {@code null}. */
  static final Written NOTHING = new Written(Kind.NOTHING, "", List.of());

  /** How Python programs write it, and timm's empty texts. */
  private static final Set<String> NONE = Set.of("", "None", "none");

  static Written scalar(String text) {
    return new Written(Kind.SCALAR, text, List.of());
  }

  static Written list(List<Written> items) {
    return new Written(Kind.LIST, "", List.copyOf(items));
  }

  boolean isScalar() {
    return kind == Kind.SCALAR;
  }

  /** Whether a key that may be left out is left out. */
  boolean isNone() {
    return kind == Kind.NOTHING || isScalar() && NONE.contains(text);
  }

  /** As a message shows it. */
  String shown() {
    return switch (kind) {
      case NOTHING -> "nothing";
      case SCALAR -> text.isEmpty() ? "an empty text" : text;
      case LIST -> items.stream().map(Written::shown).collect(Collectors.joining(", ", "[", "]"));
    };
  }
}
