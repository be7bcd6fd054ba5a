package io.qkformer.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.OR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Lists the active channels of a row.
 *
 * <p>Works on the bits of the floats and sums them up in one int: in JDK 17 a mask's {@code toLong} is as
 * slow as a scalar loop, while shifts and a reduction are single instructions.
 */
final class SimdSpikeList {

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = F.vectorShape().withLanes(int.class);
  private static final int L = F.length();
  private static final int ONE = Float.floatToRawIntBits(1f);

  /** {@code ONE >>> SPIKE_SHIFT == 1}. */
  private static final int SPIKE_SHIFT = 29;

  private static final int SIGN_SHIFT = 31;

  private SimdSpikeList() {}

  static int append(float[] x, int xOffset, int channels, int[] list, int end) {
    IntVector lane = IntVector.zero(I).addIndex(1);
    int c = 0;
    for (; c + 2 * L <= channels && end >= 0; c += 2 * L) {
      IntVector low = FloatVector.fromArray(F, x, xOffset + c).reinterpretAsInts();
      IntVector high = FloatVector.fromArray(F, x, xOffset + c + L).reinterpretAsInts();
      IntVector lowSpike = low.lanewise(LSHR, SPIKE_SHIFT);
      IntVector highSpike = high.lanewise(LSHR, SPIKE_SHIFT);
      // zero for 0f and 1f and for no other float
      IntVector strange = low.sub(lowSpike.mul(ONE)).or(high.sub(highSpike.mul(ONE)));
      if (strange.compare(NE, 0).anyTrue()) {
        IntVector lowActive = low.or(low.neg()).lanewise(LSHR, SIGN_SHIFT);
        IntVector highActive = high.or(high.neg()).lanewise(LSHR, SIGN_SHIFT);
        int active = lowActive.or(highActive.lanewise(LSHL, L)).lanewise(LSHL, lane).reduceLanes(OR);
        end = appendCounts(x, xOffset, c, active, list, end);
      } else {
        int spikes = lowSpike.or(highSpike.lanewise(LSHL, L)).lanewise(LSHL, lane).reduceLanes(OR);
        end = appendSpikes(c, spikes, list, end);
      }
    }
    if (c + L <= channels && end >= 0) {
      IntVector bits = FloatVector.fromArray(F, x, xOffset + c).reinterpretAsInts();
      IntVector spike = bits.lanewise(LSHR, SPIKE_SHIFT);
      if (bits.compare(NE, spike.mul(ONE)).anyTrue()) {
        IntVector active = bits.or(bits.neg()).lanewise(LSHR, SIGN_SHIFT);
        end = appendCounts(x, xOffset, c, active.lanewise(LSHL, lane).reduceLanes(OR), list, end);
      } else {
        end = appendSpikes(c, spike.lanewise(LSHL, lane).reduceLanes(OR), list, end);
      }
      c += L;
    }
    for (; c < channels && end >= 0; c++) {
      end = appendCounts(x, xOffset, c, 1, list, end);
    }
    return end;
  }

  /** Appends the channels {@code first + bit} for the bits that are set. */
  private static int appendSpikes(int first, int spikes, int[] list, int end) {
    for (; spikes != 0; spikes &= spikes - 1) {
      list[end++] = first + Integer.numberOfTrailingZeros(spikes);
    }
    return end;
  }

  /** Appends the channels {@code first + bit} for the bits that are set, as often as they count. */
  private static int appendCounts(float[] x, int xOffset, int first, int active, int[] list, int end) {
    for (; active != 0; active &= active - 1) {
      int c = first + Integer.numberOfTrailingZeros(active);
      float value = x[xOffset + c];
      int count = (int) value;
      if (count != value || count < 0 || count > SpikeTile.MAX_COUNT) {
        return -1;
      }
      for (int j = 0; j < count; j++) {
        list[end++] = c;
      }
    }
    return end;
  }
}
