package io.qkformer.train.report;

import java.util.Locale;

/** What is known of a task, as a line of text. */
record TaskLine(String name, long total, String unit) {

  /** Stands before each part but the first. */
  static final String SEPARATOR = ", ";
  private static final double NANOS = 1e9;

  /** A line on the way, with the time left as it seems by now. */
  String underWay(long done, long nanos, Reading... readings) {
    return counted(done) + rate(done, nanos) + list(readings) + left(done, nanos);
  }

  /** The line at the end. */
  String ended(long done, long nanos, Reading... readings) {
    return counted(done) + " in " + time(nanos / NANOS) + rate(done, nanos) + list(readings);
  }

  private String counted(long done) {
    return String.format(Locale.ROOT, "%s: %,d of %,d %s (%d %%)", name, done, total, unit,
        percent(done));
  }

  /** How much is done, rounded down. */
  long percent(long done) {
    return total == 0 ? 100 : Math.floorDiv(100 * done, total);
  }

  /** The time left as it seems by now, with a comma before it; empty when that is not known, or nothing is left. */
  String left(long done, long nanos) {
    return done > 0 && done < total ? SEPARATOR + time(nanos / NANOS * (total - done) / done) + " left" : "";
  }

  /** The mean rate so far, with a comma before it; empty when there is none yet. */
  String rate(long done, long nanos) {
    return done > 0 && nanos > 0 ? SEPARATOR
        + String.format(Locale.ROOT, "%.1f %s/s", done / (nanos / NANOS), unit) : "";
  }

  /** The readings, each with a comma before it. */
  static String list(Reading... readings) {
    StringBuilder text = new StringBuilder();
    for (Reading reading : readings) {
      text.append(SEPARATOR).append(reading);
    }
    return text.toString();
  }

  private static String time(double seconds) {
    long s = Math.round(seconds);
    return s < 60 ? s + " s" : s < 3600 ? String.format(Locale.ROOT, "%d min %02d s", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d h %02d min", s / 3600, s / 60 % 60);
  }
}
