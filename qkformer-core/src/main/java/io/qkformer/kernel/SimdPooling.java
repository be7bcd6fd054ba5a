package io.qkformer.kernel;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Max pooling, there and back. Values and arguments are blended as bits: JDK 17 has no fast cast of a mask. */
final class SimdPooling {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = F.vectorShape().withLanes(int.class);
  private static final int L = F.length();
  private static final Kernels NARROW = new PortableKernels();

  private SimdPooling() {}

  static void maximum(float[] x, int xOffset, int tap, float[] best, int bestOffset,
      int[] argument, int argumentOffset, int n) {
    FloatVector taps = IntVector.broadcast(I, tap).reinterpretAsFloats();
    int j = 0;
    for (; j + L <= n; j += L) {
      FloatVector xj = FloatVector.fromArray(F, x, xOffset + j);
      FloatVector bestJ = FloatVector.fromArray(F, best, bestOffset + j);
      FloatVector argumentJ = IntVector.fromArray(I, argument, argumentOffset + j).reinterpretAsFloats();
      VectorMask<Float> better = xj.compare(GT, bestJ);
      bestJ.blend(xj, better).intoArray(best, bestOffset + j);
      argumentJ.blend(taps, better).reinterpretAsInts().intoArray(argument, argumentOffset + j);
    }
    for (; j < n; j++) {
      if (x[xOffset + j] > best[bestOffset + j]) {
        best[bestOffset + j] = x[xOffset + j];
        argument[argumentOffset + j] = tap;
      }
    }
  }

  static void maximumOfTaps(float[] x, int xOffset, int xStep, int tap, float[] best, int bestOffset, int[] argument,
      int argumentOffset, int n) {
    FloatVector first = IntVector.broadcast(I, tap).reinterpretAsFloats();
    FloatVector second = IntVector.broadcast(I, tap + 1).reinterpretAsFloats();
    FloatVector third = IntVector.broadcast(I, tap + 2).reinterpretAsFloats();
    int j = 0;
    for (; j + L <= n; j += L) {
      FloatVector most = FloatVector.fromArray(F, best, bestOffset + j);
      FloatVector taps = IntVector.fromArray(I, argument, argumentOffset + j).reinterpretAsFloats();
      FloatVector next = FloatVector.fromArray(F, x, xOffset + j);
      VectorMask<Float> better = next.compare(GT, most);
      most = most.blend(next, better);
      taps = taps.blend(first, better);
      next = FloatVector.fromArray(F, x, xOffset + xStep + j);
      better = next.compare(GT, most);
      most = most.blend(next, better);
      taps = taps.blend(second, better);
      next = FloatVector.fromArray(F, x, xOffset + 2 * xStep + j);
      better = next.compare(GT, most);
      most.blend(next, better).intoArray(best, bestOffset + j);
      taps.blend(third, better).reinterpretAsInts().intoArray(argument, argumentOffset + j);
    }
    for (int i = 0; i < 3; i++) {
      NARROW.maximum(x, xOffset + i * xStep + j, tap + i, best, bestOffset + j, argument, argumentOffset + j, n - j);
    }
  }

  static void maximumOfThree(float[] x, int first, int second, int third, float[] y, int yOffset, int n) {
    int j = 0;
    for (; j + L <= n; j += L) {
      FloatVector most = FloatVector.fromArray(F, x, first + j);
      FloatVector next = FloatVector.fromArray(F, x, second + j);
      // FloatVector.max minds NaN and the sign of 0: twice as many instructions
      most = most.blend(next, next.compare(GT, most));
      next = FloatVector.fromArray(F, x, third + j);
      most.blend(next, next.compare(GT, most)).intoArray(y, yOffset + j);
    }
    NARROW.maximumOfThree(x, first + j, second + j, third + j, y, yOffset + j, n - j);
  }

  static void addWhere(float[] g, int gOffset, int[] argument, int argumentOffset, int tap,
      float[] dx, int dxOffset, int n) {
    int j = 0;
    for (; j + L <= n; j += L) {
      VectorMask<Integer> here = IntVector.fromArray(I, argument, argumentOffset + j).compare(EQ, tap);
      FloatVector dxJ = FloatVector.fromArray(F, dx, dxOffset + j);
      FloatVector sum = dxJ.add(FloatVector.fromArray(F, g, gOffset + j));
      dxJ.reinterpretAsInts().blend(sum.reinterpretAsInts(), here).reinterpretAsFloats()
          .intoArray(dx, dxOffset + j);
    }
    for (; j < n; j++) {
      if (argument[argumentOffset + j] == tap) {
        dx[dxOffset + j] += g[gOffset + j];
      }
    }
  }
}
