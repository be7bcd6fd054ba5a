package io.qkformer.train.analysis;

import io.qkformer.tensor.Floats;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Pairs of spikes. */
final class HeadSums {

  private HeadSums() {
  }

  /** Over tokens and heads: the spikes of k times those of v. */
  static long pairs(INDArray k, INDArray v, int headWidth) {
    Floats keys = Floats.of(k);
    Floats values = Floats.of(v);
    float[] key = new float[headWidth];
    float[] value = new float[headWidth];
    long pairs = 0;
    for (long at = 0; at < keys.length(); at += headWidth) {
      keys.read(at, key, 0, headWidth);
      values.read(at, value, 0, headWidth);
      pairs += (long) sum(key) * sum(value);
    }
    return pairs;
  }

  private static int sum(float[] spikes) {
    int sum = 0;
    for (float spike : spikes) {
      sum += spike != 0 ? 1 : 0;
    }
    return sum;
  }

  /** Places where both fire. */
  static long shared(INDArray q, INDArray k) {
    float[] left = Floats.of(q).toArray();
    float[] right = Floats.of(k).toArray();
    long shared = 0;
    for (int i = 0; i < left.length; i++) {
      shared += left[i] != 0 && right[i] != 0 ? 1 : 0;
    }
    return shared;
  }
}
