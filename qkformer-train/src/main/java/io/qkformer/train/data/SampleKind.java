package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;
import java.io.IOException;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How samples of one kind are read, changed, and laid side by side. Used by many threads at once.
 *
 * @param <S> a sample
 */
interface SampleKind<S> {
  /** Where they come from. */
  SampleSource source();

  /** Reads one. */
  S read(int index) throws IOException;

  /** Its name. */
  String id(S sample);

  /** Its class. */
  int label(S sample);

  /** Changes it at random. */
  S augmented(S sample, RandomStream random);

  /** Starts a batch of so many. */
  Stack<S> stack(int size);

  /**
   * A batch in the making; for one thread.
   *
   * @param <S> a sample
   */
  interface Stack<S> {
    /**
     * Adds the next one.
     *
     * @throws RuntimeException if it does not fit those before; the message names both
     */
    void add(S sample);

    /** Returns {@code FLOAT [T0, B, H, W, C]}. */
    INDArray finish(Place place);
  }

  /** Which batch it is, and its random numbers. */
  interface Place {
    int epoch();

    /** Which one of the epoch, from 0. */
    int number();

    /** The numbers for a purpose of one of its samples, from 0. */
    RandomStream random(String purpose, int sample);
  }
}
