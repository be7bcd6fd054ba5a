package io.qkformer.tensor;

/**
 * The floats of a Java array.
 *
 * @param values not copied
 */
public record HeapFloats(float[] values) implements FloatSource {

  @Override
  public long length() {
    return values.length;
  }

  @Override
  public void read(long from, float[] target, int offset, int count) {
    System.arraycopy(values, Math.toIntExact(from), target, offset, count);
  }
}
