package io.qkformer.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  /** 2^23: a small count added to it stands in the low bits. */
  private static final float ROUNDER = 0x1p23f;
  private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
  private static final int MAX_COUNT = 127;

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
    SCALAR.packPlane(x, at + full * Long.SIZE, n - full * Long.SIZE, plane, words, wordAt + full);
  }

  private static void packBy16(float[] x, int at, int full, int plane, long[] words, int wordAt) {
    IntVector lane = IntVector.zero(I).addIndex(1);
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
    IntVector lane = IntVector.zero(I).addIndex(1);
    FloatVector rounder = FloatVector.broadcast(F, ROUNDER);
    byte[] bytes = new byte[full * Long.BYTES];
    for (int j = 0; j < bytes.length; j++, at += L) {
      bytes[j] = (byte) FloatVector.fromArray(F, x, at).add(rounder).reinterpretAsInts().lanewise(LSHR, plane).and(1)
          .lanewise(LSHL, lane).reduceLanes(OR);
    }
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(words, wordAt, full);
  }

  static void unpack(long[] words, int wordAt, int planeStep, int planes, float[] x, int at, int n) {
    int full = n / L * L;
    if (planes == 1) {
      unpackFirst(words, wordAt, x, at, full);
    } else {
      unpackFirstTwo(words, wordAt, planeStep, x, at, full);
    }
    for (int plane = 2; plane < planes; plane++) {
      addPlane(words, wordAt + plane * planeStep, 1 << plane, x, at, full);
    }
    for (int j = full; j < n; j++) {
      int count = 0;
      for (int plane = 0; plane < planes; plane++) {
        count |= (int) (words[wordAt + plane * planeStep + (j >>> 6)] >>> j & 1) << plane;
      }
      x[at + j] = count;
    }
  }

  private static void unpackFirst(long[] words, int wordAt, float[] x, int at, int n) {
    IntVector lane = IntVector.zero(I).addIndex(1);
    int one = Float.floatToRawIntBits(1f);
    for (int j = 0; j < n; j += L) {
      int bits = (int) (words[wordAt + (j >>> 6)] >>> j);
      IntVector.broadcast(I, bits).lanewise(LSHR, lane).and(1).neg().and(one).reinterpretAsFloats()
          .intoArray(x, at + j);
    }
  }

  private static void unpackFirstTwo(long[] words, int wordAt, int planeStep, float[] x, int at, int n) {
    IntVector lane = IntVector.zero(I).addIndex(1);
    int one = Float.floatToRawIntBits(1f);
    int two = Float.floatToRawIntBits(2f);
    for (int j = 0; j < n; j += L) {
      int word = wordAt + (j >>> 6);
      int bits = (int) (words[word] >>> j);
      int higher = (int) (words[word + planeStep] >>> j);
      FloatVector ones = IntVector.broadcast(I, bits).lanewise(LSHR, lane).and(1).neg().and(one).reinterpretAsFloats();
      IntVector.broadcast(I, higher).lanewise(LSHR, lane).and(1).neg().and(two).reinterpretAsFloats().add(ones)
          .intoArray(x, at + j);
    }
  }

  private static void addPlane(long[] words, int wordAt, float weight, float[] x, int at, int n) {
    IntVector lane = IntVector.zero(I).addIndex(1);
    int weightBits = Float.floatToRawIntBits(weight);
    for (int j = 0; j < n; j += L) {
      int bits = (int) (words[wordAt + (j >>> 6)] >>> j);
      IntVector.broadcast(I, bits).lanewise(LSHR, lane).and(1).neg().and(weightBits).reinterpretAsFloats()
          .add(FloatVector.fromArray(F, x, at + j)).intoArray(x, at + j);
    }
  }
}
