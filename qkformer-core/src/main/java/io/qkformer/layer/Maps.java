package io.qkformer.layer;

import io.qkformer.kernel.CompactMap;
import io.qkformer.kernel.Kernels;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.Shapes;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sums of whole maps, the arithmetic of residual connections. */
public final class Maps {

  private static final int GRAIN = 1 << 14;

  private Maps() {
  }

  /**
   * {@code target += x}.
   *
   * @return the target
   * @throws IllegalArgumentException when the shapes differ
   */
  public static INDArray addInPlace(INDArray target, INDArray x, Pass pass) {
    requireEqual(target, x);
    CompactMap counts = countsOf(target, x, pass);
    pass.changed(target);
    put(Floats.of(target), Floats.of(x), counts, target, pass);
    return target;
  }

  /**
   * {@code a + b}, as a new array.
   *
   * @throws IllegalArgumentException when the shapes differ
   */
  public static INDArray sum(INDArray a, INDArray b, Pass pass) {
    requireEqual(a, b);
    CompactMap counts = countsOf(a, b, pass);
    INDArray sum = pass.allocate(a.shape());
    put(Floats.of(a), Floats.of(b), counts, sum, pass);
    return sum;
  }

  /** The sum of what is packed already, or null. */
  private static CompactMap countsOf(INDArray a, INDArray b, Pass pass) {
    CompactMap first = pass.knownSpikes(a);
    CompactMap second = first == null ? null : pass.knownSpikes(b);
    CompactMap sum = second == null ? null : CompactMap.sum(pass.engine(), first, second);
    if (first != null) {
      pass.release(first);
    }
    if (second != null) {
      pass.release(second);
    }
    return sum;
  }

  /** A sum of counts is read from its bits, which whoever asks for them need not pack again; the numbers are the same. */
  private static void put(Floats a, Floats b, CompactMap counts, INDArray sum, Pass pass) {
    if (counts == null) {
      add(a, b, Floats.of(sum), pass);
    } else {
      copy(counts, Floats.of(sum), pass);
      pass.packed(sum, counts);
    }
  }

  /** The values as an array of this shape. */
  static INDArray copy(FloatSource values, long[] shape, Pass pass) {
    INDArray copy = pass.allocate(shape);
    copy(values, Floats.of(copy), pass);
    return copy;
  }

  private static void copy(FloatSource values, Floats target, Pass pass) {
    pass.engine().workers().forRanges(target.length(), GRAIN, (from, to, scratch) -> {
      int n = (int) (to - from);
      float[] tile = scratch.floats(0, n);
      values.read(from, tile, 0, n);
      target.write(from, tile, 0, n);
    });
  }

  private static void requireEqual(INDArray a, INDArray b) {
    if (!Arrays.equals(a.shape(), b.shape())) {
      throw new IllegalArgumentException("the summands of a residual connection must have one shape, got "
          + Shapes.toMapString(a) + " and " + Shapes.toMapString(b));
    }
  }

  private static void add(Floats a, Floats b, Floats target, Pass pass) {
    Kernels kernels = pass.engine().kernels();
    pass.engine().workers().forRanges(target.length(), GRAIN, (from, to, scratch) -> {
      int n = (int) (to - from);
      if (kernels.maps().add(a, b, (int) from, n, target)) {
        return;
      }
      float[] sum = scratch.floats(0, n);
      float[] other = scratch.floats(1, n);
      a.read(from, sum, 0, n);
      b.read(from, other, 0, n);
      kernels.add(other, 0, sum, 0, n);
      target.write(from, sum, 0, n);
    });
  }
}
