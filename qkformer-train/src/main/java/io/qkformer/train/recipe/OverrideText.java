package io.qkformer.train.recipe;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads {@code key=value}, as a command line gives it. */
final class OverrideText {

  private static final Set<String> NOTHING = Set.of("", "~", "null");

  private OverrideText() {
  }

  /**
   * The key and its value: a list in brackets, a text in quotes, else what stands there.
   *
   * @throws RecipeException when there is no {@code =}, or a list or quotes do not end
   */
  static Entry entry(String override) {
    String place = "override '" + override + "'";
    int equals = override.indexOf('=');
    if (equals < 1) {
      throw new RecipeException(place + ": expected key=value, such as epochs=10");
    }
    String key = override.substring(0, equals).strip();
    String value = override.substring(equals + 1).strip();
    // bare values are not parsed as YAML, where *.bias would be an alias and a colon or # would cut a path
    boolean isYaml = value.startsWith("[") || value.startsWith("\"") || value.startsWith("'");
    if (isYaml) {
      return YamlText.entries(line -> place, key + ": " + value).get(0);
    }
    boolean isNothing = NOTHING.contains(value.toLowerCase(Locale.ROOT));
    return new Entry(key, isNothing ? Written.NOTHING : Written.scalar(value), place);
  }
}
