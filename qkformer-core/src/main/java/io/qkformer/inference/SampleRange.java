package io.qkformer.inference;

import io.qkformer.inference.Activation.Shape;
import io.qkformer.kernel.SpikeSource;
import io.qkformer.tensor.FloatSource;

/** Neighbouring samples of a map, at all steps, as a map of their own. */
class SampleRange implements FloatSource {

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

  /** Samples [first, first + samples); spikes where the map shows spikes. */
  static FloatSource of(Activation map, int first, int samples) {
    if (samples == map.shape().batch()) {
      return map.source();
    }
    return map instanceof SpikeSource spikes ? new Spiking(map, spikes, first, samples)
        : new SampleRange(map, first, samples);
  }

  private static final class Spiking extends SampleRange implements SpikeSource {

    private final SpikeSource spikes;

    Spiking(Activation map, SpikeSource spikes, int first, int samples) {
      super(map, first, samples);
      this.spikes = spikes;
    }

    @Override
    public int planes() {
      return spikes.planes();
    }

    @Override
    public long word(int plane, long from, int count) {
      int here = here(from, count);
      long word = spikes.word(plane, source(from), here);
      return here == count ? word : word | word(plane, from + here, count - here) << here;
    }

    @Override
    public long words(int plane, long from, int step, int rows, int bits, long[] target, int at) {
      long span = (long) (rows - 1) * step + bits;
      if (here(from, span) == span) {
        return spikes.words(plane, source(from), step, rows, bits, target, at);
      }
      return SpikeSource.super.words(plane, from, step, rows, bits, target, at);
    }

    @Override
    public long ones(int plane, long from, long count) {
      long sum = 0;
      for (long done = 0; done < count; ) {
        int n = here(from + done, count - done);
        sum += spikes.ones(plane, source(from + done), n);
        done += n;
      }
      return sum;
    }
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
      int n = here(from + done, count - done);
      map.read(source(from + done), target, offset + done, n);
      done += n;
    }
  }

  /** How many of these elements lie in the frame of the first. */
  final int here(long from, long count) {
    return (int) Math.min(count, frame - from % frame);
  }

  /** Where an element lies in the whole map. */
  final long source(long from) {
    long index = from / frame;
    return (index / samples * map.shape().batch() + first + index % samples) * frame + from % frame;
  }
}
