package io.qkformer.train.report;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.Charset;
import java.util.Map;

/** What a progress looks like. */
public enum ProgressStyle {
  /** A line of text every few seconds: for files and pipes. */
  LINES,
  /** A bar that redraws itself, of ASCII characters. */
  ASCII_BAR,
  /** A bar that redraws itself, of block characters. */
  BLOCK_BAR,
  /** A coloured bar that redraws itself, of block characters. */
  COLOR_BAR;

  private static final String BLOCK = "\u2588";

  /**
   * What suits the terminal that this program runs in: lines when there is none or {@code TERM} is
   * {@code dumb}, ASCII when it cannot show block characters, no colour when {@code NO_COLOR} is set
   * (no-color.org).
   */
  public static ProgressStyle detect() {
    return detect(System.getenv(), isTerminal(System.console()), outputCharset());
  }

  static ProgressStyle detect(Map<String, String> environment, boolean terminal, Charset charset) {
    if (!terminal || "dumb".equals(environment.get("TERM"))) {
      return LINES;
    }
    if (!charset.newEncoder().canEncode(BLOCK)) {
      return ASCII_BAR;
    }
    return environment.getOrDefault("NO_COLOR", "").isEmpty() ? COLOR_BAR : BLOCK_BAR;
  }

  /** From Java 22 on, there may be a console that is no terminal; it then has a method that says so. */
  private static boolean isTerminal(Console console) {
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }

  /** Java 19 and later name the charset of the error stream, earlier ones use the default. */
  private static Charset outputCharset() {
    String name = System.getProperty("stderr.encoding");
    return name == null || !Charset.isSupported(name) ? Charset.defaultCharset() : Charset.forName(name);
  }
}
