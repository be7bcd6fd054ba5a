package io.qkformer.examples;

import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.Progress;
import io.qkformer.train.run.RunFiles;
import io.qkformer.train.run.RunResult;
import io.qkformer.train.run.TrainingRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One process that works on a run: trains, ends at Ctrl-C after the step it is at, and says what came out. */
final class Session {

  /** What a shell expects of a program that Ctrl-C ended. */
  static final int INTERRUPTED = 130;

  /** A step takes seconds; a checkpoint on a slow disk, too. */
  private static final long PATIENCE_SECONDS = 300;

  private final TrainingRun run;
  private final PrintWriter out;
  private final Progress progress;

  Session(TrainingRun run, PrintWriter out, Progress progress) {
    this.run = run;
    this.out = out;
    this.progress = progress;
  }

  /** Returns the exit code. */
  int train() throws IOException {
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook = new Thread(() -> stop(ended), "qkformer-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      RunResult result = run.train(progress);
      print(result);
      return result.outcome() == RunResult.Outcome.FINISHED ? 0 : INTERRUPTED;
    } finally {
      // the program may end only when the checkpoint is written and the folder told so
      run.close();
      ended.countDown();
      remove(hook);
    }
  }

  private void stop(CountDownLatch ended) {
    run.requestStop();
    try {
      ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the program is being ended: the hook is what waits for this thread
      Thread.yield();
    }
  }

  private void print(RunResult result) {
    result.last().ifPresent(last -> out.printf(Locale.ROOT, "test accuracy: %.2f %% (top-5 %.2f %%, loss %.4f)%n",
        last.eval().top1(), last.eval().top5(), last.eval().loss()));
    result.last().filter(last -> !Double.isNaN(last.emaEval().top1())).ifPresent(last -> out.printf(Locale.ROOT,
        "of the averaged weights: %.2f %% (top-5 %.2f %%, loss %.4f)%n", last.emaEval().top1(), last.emaEval().top5(),
        last.emaEval().loss()));
    result.best().map(EpochMetrics::epoch).ifPresent(epoch -> out.printf(Locale.ROOT,
        "best: %.2f %% after epoch %d%n", result.best().get().rankedTop1(), epoch));
    if (result.outcome() == RunResult.Outcome.STOPPED) {
      out.printf("stopped; to go on: resume %s%n", run.folder());
    } else {
      out.printf("%s, %s, %s and more are in %s%n", RunFiles.WEIGHTS_BEST, RunFiles.SUMMARY, RunFiles.CURVE,
          run.folder().toAbsolutePath());
    }
    out.flush();
  }
}
