package io.qkformer.train.report;

import java.util.Arrays;
import java.util.Locale;

/**
 * What the line of a bar says. Where the terminal is narrow it leaves out, in this order: the count of items, which the
 * percentage tells too; the bar itself; the readings from the last one on. Rate and time left stay.
 *
 * @param line  the task
 * @param glyphs what the bar is drawn with
 */
record BarLine(TaskLine line, Glyphs glyphs) {

  private static final int SHORTEST_BAR = 10;

  /**
   * Characters of a bar.
   *
   * @param before stands before it, one column wide but for colours
   * @param block  of what is done, one column wide
   * @param after  stands behind it, one column wide but for colours
   */
  record Glyphs(String before, String block, String after) {
    private static final int COLUMNS = 2;

    static Glyphs of(ProgressStyle style) {
      return switch (style) {
        case COLOR_BAR -> new Glyphs("\u001b[33m\u2502", "\u2588", "\u2502\u001b[0m");
        case BLOCK_BAR -> new Glyphs("\u2502", "\u2588", "\u2502");
        case ASCII_BAR -> new Glyphs("[", "=", "]");
        case LINES -> throw new IllegalArgumentException("style: expected a bar, got LINES");
      };
    }
  }

  /** The line in so many columns, after so much time. */
  String fitting(int columns, long done, long nanos, Reading... readings) {
    String head = String.format(Locale.ROOT, "%s %3d%%", line.name(), line.percent(done));
    String counted = String.format(Locale.ROOT, " %d/%d %s", done, line.total(), line.unit())
        + figures(done, nanos, readings);
    int room = columns - head.length() - counted.length() - 1 - Glyphs.COLUMNS;
    if (room >= SHORTEST_BAR) {
      return head + bar(room, done) + counted;
    }
    String shorter = fittingFigures(columns - head.length(), done, nanos, readings);
    room = columns - head.length() - shorter.length() - 1 - Glyphs.COLUMNS;
    String all = head + (room >= SHORTEST_BAR ? bar(room, done) : "") + shorter;
    return room >= SHORTEST_BAR ? all : all.substring(0, Math.min(all.length(), columns));
  }

  /** As many readings as there is room for, the first ones first. */
  private String fittingFigures(int room, long done, long nanos, Reading... readings) {
    for (int count = readings.length; count > 0; count--) {
      String figures = spaced(figures(done, nanos, Arrays.copyOf(readings, count)));
      if (figures.length() <= room) {
        return figures;
      }
    }
    return spaced(figures(done, nanos));
  }

  private String figures(long done, long nanos, Reading... readings) {
    return line.rate(done, nanos) + TaskLine.list(readings) + line.left(done, nanos);
  }

  /** With a space instead of the separator that it begins with. */
  private static String spaced(String figures) {
    return figures.isEmpty() ? "" : " " + figures.substring(TaskLine.SEPARATOR.length());
  }

  private String bar(int length, long done) {
    int blocks = line.total() == 0 ? length : (int) Math.min(length, length * done / line.total());
    return " " + glyphs.before() + glyphs.block().repeat(blocks) + " ".repeat(length - blocks) + glyphs.after();
  }
}
