package io.qkformer.kernel;

import io.qkformer.tensor.Floats;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link MapKernels} on the Vector API of JDK 17, which reads native memory as {@link ByteBuffer}. JDK 25 has
 * {@code MemorySegment} instead, which JDK 17 does not know: there all goes over tiles.
 */
final class SimdMapKernels implements MapKernels {

  /** Whether this JDK's vectors read byte buffers. */
  static boolean available() {
    try {
      FloatVector.class.getMethod("fromByteBuffer", VectorSpecies.class, ByteBuffer.class, int.class, ByteOrder.class);
      return true;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private static int bytes(int floats) {
    return floats * Float.BYTES;
  }

  @Override
  public boolean fire(NeuronStep step, ChannelNorm norm, Floats x, int xOffset, int xStep, int steps, int n,
      long[] words, int wordOffset, int wordStep, Floats s, int sOffset, int sStep) {
    boolean did = SimdNeuronSteps.fire(step, norm, x.bytes(), bytes(xOffset), bytes(xStep), steps, n, words, wordOffset,
        wordStep, s.bytes(), bytes(sOffset), bytes(sStep));
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(s);
    return did;
  }

  @Override
  public boolean potentials(NeuronStep step, ChannelNorm norm, Floats x, int xOffset, int xStep, int steps, int n,
      float[] current, float[] h, int hOffset, int hStep) {
    boolean did = SimdNeuronSteps.potentials(step, norm, x.bytes(), bytes(xOffset), bytes(xStep), steps, n, current, h,
        hOffset, hStep);
    Reference.reachabilityFence(x);
    return did;
  }

  @Override
  public boolean sigmoidBackward(NeuronStep step, float alpha, float[] h, int hOffset, int hStep, int steps, int n,
      float[] memory, Floats g, Floats dx, int offset, int mapStep) {
    boolean did = SimdNeuronBackward.backward(step, alpha, h, hOffset, hStep, steps, n, memory, g.bytes(), dx.bytes(),
        bytes(offset), bytes(mapStep));
    Reference.reachabilityFence(g);
    Reference.reachabilityFence(dx);
    return did;
  }

  @Override
  public boolean addMoments(Floats x, int offset, int rows, int channels, float[] centre, float[] sum,
      float[] squares) {
    boolean did = SimdMapColumns.moments(x.bytes(), bytes(offset), rows, channels, centre, sum, squares);
    Reference.reachabilityFence(x);
    return did;
  }

  @Override
  public boolean add(Floats a, Floats b, int offset, int n, Floats y) {
    boolean did = SimdMapColumns.add(a.bytes(), b.bytes(), bytes(offset), n, y.bytes());
    Reference.reachabilityFence(a);
    Reference.reachabilityFence(b);
    Reference.reachabilityFence(y);
    return did;
  }

  @Override
  public boolean combine(Floats g, Floats x, int offset, int rows, int channels, float[] centre, float[] a, float[] b,
      float[] d, Floats y) {
    boolean did = SimdMapColumns.combine(g.bytes(), x.bytes(), bytes(offset), rows, channels, centre, a, b, d, y.bytes());
    Reference.reachabilityFence(g);
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(y);
    return did;
  }

  @Override
  public boolean cutRows(Floats x, int offset, int rows, int columns, int width, float[] strips, int at, int stripStep) {
    boolean did = SimdMapColumns.cut(x.bytes(), bytes(offset), rows, columns, width, strips, at, stripStep);
    Reference.reachabilityFence(x);
    return did;
  }

  @Override
  public boolean packRows(Floats x, int offset, int rows, int columns, float[] panels, int at, int panelRows, int firstRow) {
    boolean did = SimdMapColumns.pack(x.bytes(), bytes(offset), rows, columns, panels, at, panelRows, firstRow);
    Reference.reachabilityFence(x);
    return did;
  }
}
