package io.qkformer.train.analysis;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Chooses layers by their names in the state_dict: {@code *} stands for any characters, dots too, {@code ?} for one; a
 * comma separates alternatives. {@code stage1.*.attn_lif,head}.
 */
public final class LayerPattern {

  /** Every layer. */
  public static final LayerPattern ALL = LayerPattern.of("*");

  private final String text;
  private final Pattern pattern;

  private LayerPattern(String text) {
    this.text = text;
    this.pattern = Pattern.compile(Arrays.stream(text.split(",")).map(String::strip).map(LayerPattern::regex)
        .collect(Collectors.joining("|")));
  }

  /**
   * A pattern.
   *
   * @throws IllegalArgumentException when it or one of its alternatives is blank
   */
  public static LayerPattern of(String text) {
    if (Arrays.stream(text.split(",", -1)).anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("expected names of layers with * and ?, separated by commas, got '" + text + "'");
    }
    return new LayerPattern(text);
  }

  private static String regex(String glob) {
    return glob.chars().mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
        .collect(Collectors.joining());
  }

  /** Whether the whole name fits. */
  public boolean matches(String layer) {
    return pattern.matcher(layer).matches();
  }

  @Override
  public String toString() {
    return text;
  }
}
