package io.qkformer.train.report;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress as a bar that redraws itself, by a daemon thread of the progressbar library. */
final class BarTask implements Progress.Task {

  private static final int REDRAW_MILLIS = 250;

  private final TaskLine line;
  private final Screen screen;
  private final ProgressBar bar;
  private final long start = System.nanoTime();
  private long done;
  private boolean closed;

  /** A bar of a width in characters, negative: the terminal's. */
  BarTask(String name, long total, String unit, PrintStream out, ProgressStyle style, int width) {
    this.line = new TaskLine(name, total, unit);
    this.screen = new Screen(out, width);
    this.bar = new ProgressBarBuilder().setTaskName(name).setInitialMax(total).setUnit(" " + unit, 1)
        .setStyle(look(style)).setUpdateIntervalMillis(REDRAW_MILLIS)
        .setConsumer(screen).build();
  }

  private static ProgressBarStyle look(ProgressStyle style) {
    return switch (style) {
      case COLOR_BAR -> ProgressBarStyle.COLORFUL_UNICODE_BLOCK;
      case BLOCK_BAR -> ProgressBarStyle.UNICODE_BLOCK;
      case ASCII_BAR -> ProgressBarStyle.ASCII;
      case LINES -> throw new IllegalArgumentException("LINES is not a bar");
    };
  }

  @Override
  public void advance(long items, Reading... readings) {
    done += items;
    // the library's own rate counts whole seconds and follows the locale
    String message = line.rate(done, System.nanoTime() - start) + TaskLine.list(readings);
    bar.setExtraMessage(message.substring(Math.min(TaskLine.SEPARATOR.length(), message.length())));
    bar.stepBy(items);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      bar.close();
      screen.close();
    }
  }

  /** Ends the bar's line once: the library does not when it is closed before it first drew. */
  private static final class Screen extends ConsoleProgressBarConsumer {

    private boolean ended;

    Screen(PrintStream out, int width) {
      super(out, width);
    }

    @Override
    public synchronized void close() {
      if (!ended) {
        ended = true;
        super.close();
      }
    }
  }
}
