package io.qkformer.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.OR;

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
    for (int word = 0; word < full; word++) {
      int from = at + word * Long.SIZE;
      long low = half(x, from);
      long high = half(x, from + Integer.SIZE);
      if ((low | high) >>> Integer.SIZE != 0) {
        return false;
      }
      words[wordAt + word] = low | high << Integer.SIZE;
    }
    return SCALAR.packSpikes(x, at + full * Long.SIZE, n - full * Long.SIZE, words, wordAt + full);
  }

  /** 32 bits, or a number above them where a value is no spike. */
  private static long half(float[] x, int from) {
    IntVector lane = IntVector.zero(I).addIndex(1);
    IntVector strange = IntVector.zero(I);
    IntVector spikes = IntVector.zero(I);
    for (int j = 0; j < Integer.SIZE; j += L) {
      IntVector value = FloatVector.fromArray(F, x, from + j).reinterpretAsInts();
      IntVector spike = value.lanewise(LSHR, SPIKE_SHIFT);
      // zero for 0f and 1f and for no other float
      strange = strange.or(value.sub(spike.mul(ONE)));
      spikes = spikes.or(spike.lanewise(LSHL, lane.add(j)));
    }
    return strange.compare(NE, 0).anyTrue() ? -1L : spikes.reduceLanes(OR) & 0xffffffffL;
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
