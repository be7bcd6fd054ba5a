package io.qkformer.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Spikes and counts between floats and bits.
 *
 * <p>Works on the bits of the floats and sums them up in one int: in JDK 17 a mask's {@code toLong} is as slow as a
 * scalar loop, while shifts and a reduction are single instructions. The methods are long on purpose: inlined into a
 * big caller, part of the Vector API would not be, and run ten times slower.
 */
final class SimdCounts {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = F.vectorShape().withLanes(int.class);
  private static final int L = F.length();
  private static final Kernels SCALAR = new PortableKernels();

  /** 0, 1, 2, ...: from an array, because vectors computed outside of a loop may be allocated. */
  private static final int[] LANES = IntStream.range(0, L).toArray();
  private static final int[] LANE_BITS = IntStream.range(0, L).map(lane -> 1 << lane).toArray();

  /** 2^23: a small count added to it stands in the low bits. */
  private static final float ROUNDER = 0x1p23f;
  private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
  private static final int MAX_COUNT = 127;
  /** Shifts the sign into all bits. */
  private static final int SIGN = 31;

  private SimdCounts() {}

  static int bits(float[] x, int at, int n) {
    IntVector all = IntVector.zero(I);
    IntVector wrong = IntVector.zero(I);
    int full = n / L * L;
    for (int j = at; j < at + full; j += L) {
      FloatVector value = FloatVector.fromArray(F, x, j);
      FloatVector lifted = value.add(ROUNDER);
      all = all.or(lifted.reinterpretAsInts().lanewise(XOR, ROUNDER_BITS));
      wrong = wrong.or(lifted.sub(ROUNDER).reinterpretAsInts().lanewise(XOR, value.reinterpretAsInts()));
    }
    int bits = all.reduceLanes(OR);
    int rest = SCALAR.countBits(x, at + full, n - full);
    return wrong.reduceLanes(OR) != 0 || (bits & ~MAX_COUNT) != 0 || rest < 0 ? -1 : bits | rest;
  }

  static void pack(float[] x, int at, int n, int plane, long[] words, int wordAt) {
    int full = n / Long.SIZE;
    switch (L) {
      case 16 -> packBy16(x, at, full, plane, words, wordAt);
      case 8 -> packBy8(x, at, full, plane, words, wordAt);
      default -> SCALAR.packPlane(x, at, full * Long.SIZE, plane, words, wordAt);
    }
    if (n > full * Long.SIZE) {
      words[wordAt + full] = packPart(x, at + full * Long.SIZE, n - full * Long.SIZE, plane);
    }
  }

  /** Fewer than 64 elements. */
  private static long packPart(float[] x, int at, int n, int plane) {
    IntVector lane = IntVector.fromArray(I, LANES, 0);
    FloatVector rounder = FloatVector.broadcast(F, ROUNDER);
    long word = 0;
    int j = 0;
    for (; j + L <= n; j += L) {
      long bits = FloatVector.fromArray(F, x, at + j).add(rounder).reinterpretAsInts().lanewise(LSHR, plane).and(1)
          .lanewise(LSHL, lane).reduceLanes(OR);
      word |= bits << j;
    }
    for (; j < n; j++) {
      word |= (long) ((int) x[at + j] >>> plane & 1) << j;
    }
    return word;
  }

  private static void packBy16(float[] x, int at, int full, int plane, long[] words, int wordAt) {
    IntVector lane = IntVector.fromArray(I, LANES, 0);
    FloatVector rounder = FloatVector.broadcast(F, ROUNDER);
    for (int word = 0; word < full; word++, at += Long.SIZE) {
      IntVector a = FloatVector.fromArray(F, x, at).add(rounder).reinterpretAsInts().lanewise(LSHR, plane).and(1);
      IntVector b = FloatVector.fromArray(F, x, at + L).add(rounder).reinterpretAsInts().lanewise(LSHR, plane).and(1);
      IntVector c = FloatVector.fromArray(F, x, at + 2 * L).add(rounder).reinterpretAsInts().lanewise(LSHR, plane)
          .and(1);
      IntVector d = FloatVector.fromArray(F, x, at + 3 * L).add(rounder).reinterpretAsInts().lanewise(LSHR, plane)
          .and(1);
      long low = a.or(b.lanewise(LSHL, L)).lanewise(LSHL, lane).reduceLanes(OR);
      long high = c.or(d.lanewise(LSHL, L)).lanewise(LSHL, lane).reduceLanes(OR);
      words[wordAt + word] = low & 0xffffffffL | high << Integer.SIZE;
    }
  }

  private static void packBy8(float[] x, int at, int full, int plane, long[] words, int wordAt) {
    IntVector lane = IntVector.fromArray(I, LANES, 0);
    FloatVector rounder = FloatVector.broadcast(F, ROUNDER);
    long word = 0;
    for (int j = 0; j < full * Long.BYTES; j++, at += L) {
      long bits = FloatVector.fromArray(F, x, at).add(rounder).reinterpretAsInts().lanewise(LSHR, plane).and(1)
          .lanewise(LSHL, lane).reduceLanes(OR);
      // each word is complete when its last eight bits have come in at the top
      word = word >>> L | bits << Long.SIZE - L;
      words[wordAt + j / Long.BYTES] = word;
    }
  }

  /**
   * Longer than what the compiler inlines (325 bytecodes), and must stay so: as part of a deep chain of calls the
   * Vector API's own calls would exceed the greatest depth of inlining, and each vector be allocated.
   */
  static void unpack(long[] words, int wordAt, int planeStep, int planes, float[] x, int at, int n) {
    int full = n / L * L;
    IntVector bit = IntVector.fromArray(I, LANE_BITS, 0);
    IntVector one = IntVector.broadcast(I, Float.floatToRawIntBits(1f));
    IntVector two = IntVector.broadcast(I, Float.floatToRawIntBits(2f));
    int first = planes & 1;
    if (first == 1) {
      for (int j = 0; j < full; j += L) {
        IntVector found = IntVector.broadcast(I, (int) (words[wordAt + (j >>> 6)] >>> j)).and(bit);
        found.neg().lanewise(ASHR, SIGN).and(one).reinterpretAsFloats().intoArray(x, at + j);
      }
    } else {
      for (int j = 0; j < full; j += L) {
        int word = wordAt + (j >>> 6);
        IntVector found = IntVector.broadcast(I, (int) (words[word] >>> j)).and(bit);
        IntVector higher = IntVector.broadcast(I, (int) (words[word + planeStep] >>> j)).and(bit);
        FloatVector ones = found.neg().lanewise(ASHR, SIGN).and(one).reinterpretAsFloats();
        higher.neg().lanewise(ASHR, SIGN).and(two).reinterpretAsFloats().add(ones).intoArray(x, at + j);
      }
      first = 2;
    }
    for (int plane = first; plane < planes; plane += 2) {
      IntVector weight = IntVector.broadcast(I, Float.floatToRawIntBits(1 << plane));
      IntVector twice = IntVector.broadcast(I, Float.floatToRawIntBits(2 << plane));
      for (int j = 0; j < full; j += L) {
        int word = wordAt + (j >>> 6) + plane * planeStep;
        IntVector found = IntVector.broadcast(I, (int) (words[word] >>> j)).and(bit);
        IntVector higher = IntVector.broadcast(I, (int) (words[word + planeStep] >>> j)).and(bit);
        FloatVector sum = found.neg().lanewise(ASHR, SIGN).and(weight).reinterpretAsFloats()
            .add(FloatVector.fromArray(F, x, at + j));
        higher.neg().lanewise(ASHR, SIGN).and(twice).reinterpretAsFloats().add(sum).intoArray(x, at + j);
      }
    }
    for (int j = full; j < n; j++) {
      int count = 0;
      for (int plane = 0; plane < planes; plane++) {
        count |= (int) (words[wordAt + plane * planeStep + (j >>> 6)] >>> j & 1) << plane;
      }
      x[at + j] = count;
    }
  }
}
