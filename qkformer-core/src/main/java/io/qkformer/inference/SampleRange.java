package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.tensor.FloatSource;

/** Neighbouring samples of a map, at all steps, as a map of their own. */
final class SampleRange implements FloatSource {

  private final Activation map;
  private final int first;
  private final int samples;
  private final int frame;

  private SampleRange(Activation map, int first, int samples) {
    this.map = map;
    this.first = first;
    this.samples = samples;
    this.frame = Math.multiplyExact(map.shape().tokens(), map.shape().channels());
  }

  /** Samples [first, first + samples). */
  static FloatSource of(Activation map, int first, int samples) {
    return samples == map.shape().batch() ? map : new SampleRange(map, first, samples);
  }

  @Override
  public long length() {
    Shape shape = map.shape();
    return (long) shape.steps() * samples * frame;
  }

  @Override
  public void read(long from, float[] target, int offset, int count) {
    int done = 0;
    while (done < count) {
      long index = (from + done) / frame;
      long within = (from + done) % frame;
      int n = (int) Math.min(count - done, frame - within);
      long source = index / samples * map.shape().batch() + first + index % samples;
      map.read(source * frame + within, target, offset + done, n);
      done += n;
    }
  }
}
