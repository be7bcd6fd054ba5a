package io.qkformer.inference;

import io.qkformer.kernel.Engine;
import io.qkformer.kernel.Scratch;
import io.qkformer.tensor.FloatSource;

/** Floats: the image, a current of a pre-activation shortcut (eq. 17), logits, the output of a user's layer. */
public final class FloatMap extends Activation {

  private static final int GRAIN = 1 << 14;

  private final FloatSource values;

  /**
   * Views values.
   *
   * @throws IllegalArgumentException when their number does not fit the shape
   */
  public FloatMap(FloatSource values, Shape shape) {
    super(shape);
    if (values.length() != shape.length()) {
      throw new IllegalArgumentException("expected " + shape.length() + " values for " + shape + ", got "
          + values.length());
    }
    this.values = values;
  }

  /** Views an array, which must not change any more. */
  public FloatMap(float[] values, Shape shape) {
    this(new Heap(values), shape);
  }

  private record Heap(float[] array) implements FloatSource {

    @Override
    public long length() {
      return array.length;
    }

    @Override
    public void read(long from, float[] target, int offset, int count) {
      System.arraycopy(array, Math.toIntExact(from), target, offset, count);
    }
  }

  /** Writes a current down. */
  static FloatMap of(Current current, Engine engine) {
    Shape shape = current.shape();
    float[] values = new float[Math.toIntExact(shape.length())];
    write(current, engine, values, 0, shape.batch());
    return new FloatMap(values, shape);
  }

  /** Writes a current of some samples to where they belong in a map of {@code batch} samples. */
  static void write(Current current, Engine engine, float[] values, int firstSample, int batch) {
    Shape shape = current.shape();
    int sample = shape.tokens() * shape.channels();
    for (int t = 0; t < shape.steps(); t++) {
      int step = t;
      int base = (t * batch + firstSample) * sample;
      engine.workers().forRanges(shape.plane(), current.grain(), (from, to, scratch) -> {
        int n = (int) (to - from) * shape.channels();
        float[] tile = scratch.floats(NeuronTile.CURRENT, n);
        current.read(step, (int) from, (int) (to - from), tile, Scratch.ALIGNED, scratch);
        System.arraycopy(tile, Scratch.ALIGNED, values, base + (int) from * shape.channels(), n);
      });
    }
  }

  /** The sum of two maps of one shape. */
  static FloatMap sum(Activation a, Activation b, Engine engine) {
    float[] sum = new float[Math.toIntExact(a.length())];
    engine.workers().forRanges(sum.length, GRAIN, (from, to, scratch) -> {
      int n = (int) (to - from);
      float[] other = scratch.floats(0, n);
      a.read(from, sum, (int) from, n);
      b.read(from, other, 0, n);
      engine.kernels().add(other, 0, sum, (int) from, n);
    });
    return new FloatMap(sum, a.shape());
  }

  @Override
  public void read(long from, float[] target, int offset, int count) {
    values.read(from, target, offset, count);
  }

  @Override
  FloatSource source() {
    return values;
  }

  @Override
  public FloatMap withFrames(int steps, int batch) {
    return new FloatMap(values, requireRecut(steps, batch));
  }
}
