package io.qkformer.kernel;

import io.qkformer.tensor.TensorPool;

/**
 * What computes: kernels, threads, reusable memory. One engine serves any number of models, one pass at a time; make
 * it once and close it in the end.
 */
public final class Engine implements AutoCloseable {

  private final Kernels kernels;
  private final Workers workers;
  private final Convolution.Path path;
  private final TensorPool pool = new TensorPool();

  private Engine(Kernels kernels, Workers workers, Convolution.Path path) {
    this.kernels = kernels;
    this.workers = workers;
    this.path = path;
  }

  /** The best kernels of this machine, one thread for each of its processors. */
  public static Engine create() {
    return create(Runtime.getRuntime().availableProcessors());
  }

  /**
   * The best kernels of this machine on a number of threads.
   *
   * @throws IllegalArgumentException when {@code threads} is below 1
   */
  public static Engine create(int threads) {
    return create(KernelProvider.best(), threads);
  }

  /**
   * Chosen kernels on a number of threads.
   *
   * @throws IllegalArgumentException when {@code threads} is below 1
   */
  public static Engine create(Kernels kernels, int threads) {
    return create(kernels, threads, Convolution.Path.BY_DENSITY);
  }

  /**
   * Chosen kernels on a number of threads, with one way for all convolutions: to compare the ways, or to look for the
   * cause of a difference.
   *
   * @throws IllegalArgumentException when {@code threads} is below 1
   */
  public static Engine create(Kernels kernels, int threads, Convolution.Path path) {
    return new Engine(kernels, new Workers(threads), path);
  }

  /** How the products of those convolutions are computed that do not say so themselves. */
  public Convolution.Path path() {
    return path;
  }

  /** The arithmetic. */
  public Kernels kernels() {
    return kernels;
  }

  /** The threads. */
  public Workers workers() {
    return workers;
  }

  /** The memory that is reused. */
  public TensorPool pool() {
    return pool;
  }

  @Override
  public void close() {
    workers.close();
    pool.close();
  }
}
