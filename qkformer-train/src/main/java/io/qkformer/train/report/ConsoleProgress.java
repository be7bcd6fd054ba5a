package io.qkformer.train.report;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Shows progress to a person at a console: a bar with rate, time left and readings, or plain lines.
 *
 * <p>Example, in a main: {@code Progress progress = ConsoleProgress.on(System.err);}
 */
public final class ConsoleProgress implements Progress {

  /** How often {@link #on} writes a line where there is no terminal. */
  public static final Duration LINE_INTERVAL = Duration.ofSeconds(10);
  /** Asks the terminal for its width each time. */
  private static final int TERMINAL_WIDTH = -1;

  private final Progress tasks;

  private ConsoleProgress(Progress tasks) {
    this.tasks = tasks;
  }

  /** Writes to a stream in the style that suits the terminal. */
  public static ConsoleProgress on(PrintStream out) {
    return on(out, ProgressStyle.detect());
  }

  /** Writes to a stream in a chosen style. */
  public static ConsoleProgress on(PrintStream out, ProgressStyle style) {
    Objects.requireNonNull(out, "out");
    return style == ProgressStyle.LINES ? lines(out::println, LINE_INTERVAL)
        : bar(out, style, TERMINAL_WIDTH);
  }

  /**
   * Gives lines of text to a sink, a logger's {@code info} for instance: about one in each interval, and one
   * at the end of a task.
   *
   * @throws IllegalArgumentException when the interval is negative
   */
  public static ConsoleProgress lines(Consumer<String> sink, Duration interval) {
    Objects.requireNonNull(sink, "sink");
    if (interval.isNegative()) {
      throw new IllegalArgumentException("interval must be at least 0, got " + interval);
    }
    return new ConsoleProgress((name, total, unit) ->
        new LineTask(new TaskLine(name, total, unit), sink, interval.toNanos(), System::nanoTime));
  }

  static ConsoleProgress bar(PrintStream out, ProgressStyle style, int width) {
    return new ConsoleProgress((name, total, unit) -> new BarTask(name, total, unit, out, style, width));
  }

  @Override
  public Task start(String name, long total, String unit) {
    Progress.requireTotal(total);
    return tasks.start(Objects.requireNonNull(name, "name"), total, Objects.requireNonNull(unit, "unit"));
  }
}
