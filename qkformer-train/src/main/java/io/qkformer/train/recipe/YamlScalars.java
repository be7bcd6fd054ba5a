package io.qkformer.train.recipe;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes values so that every YAML reader, of version 1.1 or 1.2, reads them as what they are. */
final class YamlScalars {

  /** No value. */
  static final String NOTHING = "null";

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z/.][A-Za-z0-9_/.]*([-+][A-Za-z0-9_/.]+)*");
  private static final Pattern NUMBER_LIKE = Pattern.compile("\\.[0-9].*|\\.(inf|nan)", Pattern.CASE_INSENSITIVE);
  private static final Set<String> RESERVED =
      Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null", "none", ".", "..");

  private YamlScalars() {
  }

  /** A number, with a point and a signed exponent, without which YAML 1.1 takes it for a text. */
  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e7) {
      return String.valueOf((long) value);
    }
    String text = String.valueOf(value).replace('E', 'e');
    int exponent = text.indexOf('e');
    return exponent > 0 && text.charAt(exponent + 1) != '-'
        ? text.substring(0, exponent + 1) + "+" + text.substring(exponent + 1) : text;
  }

  /** A text, in quotes where it could be taken for something else. */
  static String text(String text) {
    boolean isPlain = PLAIN.matcher(text).matches() && !NUMBER_LIKE.matcher(text).matches()
        && !RESERVED.contains(text.toLowerCase(Locale.ROOT));
    return isPlain ? text : quoted(text);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().forEach(c -> {
      if (c == '"' || c == '\\') {
        quoted.append('\\').appendCodePoint(c);
      } else if (c >= ' ' && c < 0x7f || Character.isLetterOrDigit(c)) {
        quoted.appendCodePoint(c);
      } else {
        quoted.append(String.format(Locale.ROOT, "\\U%08X", c));
      }
    });
    return quoted.append('"').toString();
  }
}
