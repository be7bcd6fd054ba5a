package io.qkformer.examples;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;

/** Between its creation and its closing, Ctrl-C asks work to end, and waits until it has. */
final class StopHook implements AutoCloseable {

  private final Runnable requestStop;
  private final PrintWriter err;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "qkformer-stop");
  private volatile boolean stopping;

  /**
   * Begins to listen.
   *
   * @param requestStop asks the work to end after its step, from any thread
   * @param err         is told so
   */
  StopHook(Runnable requestStop, PrintWriter err) {
    this.requestStop = requestStop;
    this.err = err;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether the program is being ended. */
  boolean isStopping() {
    return stopping;
  }

  /** Waits as long as a step and a checkpoint take: minutes, for a large model. */
  private void stop() {
    stopping = true;
    requestStop.run();
    err.println("stopping; what has been trained is saved first");
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The work has ended: the program may. */
  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the program is being ended: the hook is what waits for this thread
      Thread.yield();
    }
  }
}
