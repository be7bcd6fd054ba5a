package io.qkformer.layer;

import io.qkformer.kernel.CompactMap;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer's input, kept for its backward pass: bits where it holds spikes or counts of them, else itself. */
public final class Saved {

  private final FloatSource values;
  /** One of these two is held, the other null. */
  private final CompactMap compact;
  private final INDArray held;
  private final long[] shape;

  private Saved(FloatSource values, CompactMap compact, INDArray held, long[] shape) {
    this.values = values;
    this.compact = compact;
    this.held = held;
    this.shape = shape;
  }

  /** Keeps an array; {@link #release} must follow. */
  public static Saved of(INDArray x, Pass pass) {
    CompactMap compact = pass.spikes(x);
    return compact != null ? new Saved(compact, compact, null, x.shape())
        : new Saved(Floats.of(x), null, pass.retain(x), x.shape());
  }

  /** The values in C order. */
  public FloatSource values() {
    return values;
  }

  /** The array's shape. */
  public long[] shape() {
    return shape.clone();
  }

  /** The array again: itself where it is held, else unpacked; the caller's to release. Ends the keeping. */
  public INDArray restore(Pass pass) {
    if (held != null) {
      return held;
    }
    INDArray copy = Maps.copy(values, shape, pass);
    pass.release(compact);
    return copy;
  }

  /** Ends the keeping. */
  public void release(Pass pass) {
    if (held != null) {
      pass.release(held);
    } else {
      pass.release(compact);
    }
  }
}
