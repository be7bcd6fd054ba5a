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
 * Spikes between floats and bits.
 *
 * <p>Works on the bits of the floats and sums them up in one int: in JDK 17 a mask's {@code toLong} is as slow as a
 * scalar loop, while shifts and a reduction are single instructions.
 */
final class SimdSpikes {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = F.vectorShape().withLanes(int.class);
  private static final int L = F.length();
  private static final int ONE = Float.floatToRawIntBits(1f);
  private static final Kernels SCALAR = new PortableKernels();

  /** {@code ONE >>> SPIKE_SHIFT == 1}. */
  private static final int SPIKE_SHIFT = 29;

  private SimdSpikes() {}

  static boolean pack(float[] x, int at, int n, long[] words, int wordAt) {
    int full = n / Long.SIZE;
    boolean binary = switch (L) {
      case 16 -> packBy16(x, at, full, words, wordAt);
      case 8 -> packBy8(x, at, full, words, wordAt);
      default -> SCALAR.packSpikes(x, at, full * Long.SIZE, words, wordAt);
    };
    return binary && SCALAR.packSpikes(x, at + full * Long.SIZE, n - full * Long.SIZE, words, wordAt + full);
  }

  private static boolean packBy16(float[] x, int at, int full, long[] words, int wordAt) {
    IntVector lane = IntVector.zero(I).addIndex(1);
    IntVector one = IntVector.broadcast(I, ONE);
    IntVector strange = IntVector.zero(I);
    for (int word = 0; word < full; word++, at += Long.SIZE) {
      IntVector a = FloatVector.fromArray(F, x, at).reinterpretAsInts();
      IntVector b = FloatVector.fromArray(F, x, at + L).reinterpretAsInts();
      IntVector c = FloatVector.fromArray(F, x, at + 2 * L).reinterpretAsInts();
      IntVector d = FloatVector.fromArray(F, x, at + 3 * L).reinterpretAsInts();
      IntVector aSpike = a.lanewise(LSHR, SPIKE_SHIFT);
      IntVector bSpike = b.lanewise(LSHR, SPIKE_SHIFT);
      IntVector cSpike = c.lanewise(LSHR, SPIKE_SHIFT);
      IntVector dSpike = d.lanewise(LSHR, SPIKE_SHIFT);
      // what is left of 0f and 1f, and of no other float, is zero
      strange = strange.or(aSpike.neg().and(one).lanewise(XOR, a)).or(bSpike.neg().and(one).lanewise(XOR, b))
          .or(cSpike.neg().and(one).lanewise(XOR, c)).or(dSpike.neg().and(one).lanewise(XOR, d));
      long low = aSpike.or(bSpike.lanewise(LSHL, L)).lanewise(LSHL, lane).reduceLanes(OR);
      long high = cSpike.or(dSpike.lanewise(LSHL, L)).lanewise(LSHL, lane).reduceLanes(OR);
      words[wordAt + word] = low & 0xffffffffL | high << Integer.SIZE;
    }
    return strange.reduceLanes(OR) == 0;
  }

  private static boolean packBy8(float[] x, int at, int full, long[] words, int wordAt) {
    IntVector lane = IntVector.zero(I).addIndex(1);
    IntVector one = IntVector.broadcast(I, ONE);
    IntVector strange = IntVector.zero(I);
    byte[] bytes = new byte[full * Long.BYTES];
    for (int j = 0; j < bytes.length; j++, at += L) {
      IntVector a = FloatVector.fromArray(F, x, at).reinterpretAsInts();
      IntVector spike = a.lanewise(LSHR, SPIKE_SHIFT);
      strange = strange.or(spike.neg().and(one).lanewise(XOR, a));
      bytes[j] = (byte) spike.lanewise(LSHL, lane).reduceLanes(OR);
    }
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(words, wordAt, full);
    return strange.reduceLanes(OR) == 0;
  }

  static void unpack(long[] words, int wordAt, float[] x, int at, int n) {
    IntVector lane = IntVector.zero(I).addIndex(1);
    int full = n / L * L;
    for (int j = 0; j < full; j += L) {
      int bits = (int) (words[wordAt + (j >>> 6)] >>> j);
      IntVector.broadcast(I, bits).lanewise(LSHR, lane).and(1).neg().and(ONE).reinterpretAsFloats()
          .intoArray(x, at + j);
    }
    for (int j = full; j < n; j++) {
      x[at + j] = words[wordAt + (j >>> 6)] >>> j & 1;
    }
  }
}
