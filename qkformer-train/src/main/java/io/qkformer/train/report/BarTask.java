package io.qkformer.train.report;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Progress as a bar that redraws itself, by a daemon thread of the progressbar library. */
final class BarTask implements Progress.Task {

  private static final int REDRAW_MILLIS = 250;

  private final BarLine line;
  private final Screen screen;
  private final ProgressBar bar;
  private final long start = System.nanoTime();
  private volatile State state = new State(0, 0);
  private boolean closed;

  /** How far it is, as the thread that draws sees it. */
  private record State(long done, long nanos, Reading... readings) {
  }

  /** A bar of a width in characters, negative: the terminal's. */
  BarTask(String name, long total, String unit, PrintStream out, ProgressStyle style, int width) {
    this.line = new BarLine(new TaskLine(name, total, unit), BarLine.Glyphs.of(style));
    this.screen = new Screen(out, width);
    this.bar = new ProgressBarBuilder().setTaskName(name).setInitialMax(total)
        .setRenderer((library, columns) -> drawn(columns)).setUpdateIntervalMillis(REDRAW_MILLIS)
        .setConsumer(screen).build();
  }

  /** The library's own line cuts off what stands last, and its rate counts whole seconds and follows the locale. */
  private String drawn(int columns) {
    State now = state;
    return line.fitting(columns, now.done(), now.nanos(), now.readings());
  }

  @Override
  public void advance(long items, Reading... readings) {
    state = new State(state.done() + items, System.nanoTime() - start, readings.clone());
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
