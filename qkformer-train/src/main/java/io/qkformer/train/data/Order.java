package io.qkformer.train.data;

/** The order in which an epoch visits the samples. */
public enum Order {
  /** A permutation drawn afresh for every epoch, a pure function of (seed, epoch). */
  SHUFFLED,
  /** By index, as evaluation wants it. */
  SEQUENTIAL
}
