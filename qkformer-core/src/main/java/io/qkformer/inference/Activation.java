package io.qkformer.inference;

import io.qkformer.kernel.Engine;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Shapes;
import java.util.List;

/**
 * A feature map {@code [T, B, H, W, C]} between two layers at inference, in the least memory that holds it exactly:
 * {@link SpikeMap spikes} as bits, {@link CountMap sums of spikes} as a few bits each, and {@link FloatMap floats} for what is
 * neither (images, currents of pre-activation shortcuts). Immutable once a layer has returned it, so several readers
 * may share it and nobody gives it back.
 */
public abstract sealed class Activation implements FloatSource permits SpikeMap, CountMap, FloatMap {

  private final Shape shape;

  /**
   * The axes of a map. A row is one token of one sample at one step.
   *
   * @param steps T; 1 for what is the same at each step
   */
  public record Shape(int steps, int batch, int height, int width, int channels) {

    /** Checks that no axis is empty. */
    public Shape {
      if (steps < 1 || batch < 1 || height < 1 || width < 1 || channels < 1) {
        throw new IllegalArgumentException("every axis of [T, B, H, W, C] must be positive, got [" + steps + ", "
            + batch + ", " + height + ", " + width + ", " + channels + "]");
      }
    }

    /** Maps of one step and sample, T * B. */
    public int frames() {
      return Math.multiplyExact(steps, batch);
    }

    /** Tokens of one frame, H * W. */
    public int tokens() {
      return Math.multiplyExact(height, width);
    }

    /** Rows of one step, B * H * W. */
    public int plane() {
      return Math.multiplyExact(batch, tokens());
    }

    /** All rows, T * B * H * W. */
    public int rows() {
      return Math.multiplyExact(steps, plane());
    }

    /** The number of values. */
    public long length() {
      return Shapes.length(steps, batch, height, width, channels);
    }

    /** The same with other steps and samples. */
    public Shape withFrames(int newSteps, int newBatch) {
      return new Shape(newSteps, newBatch, height, width, channels);
    }

    /** The same with other rows and columns. */
    public Shape withSize(int newHeight, int newWidth) {
      return new Shape(steps, batch, newHeight, newWidth, channels);
    }

    /** The same with other channels. */
    public Shape withChannels(int newChannels) {
      return new Shape(steps, batch, height, width, newChannels);
    }

    @Override
    public String toString() {
      return "[T=" + steps + ", B=" + batch + ", H=" + height + ", W=" + width + ", C=" + channels + "]";
    }
  }

  Activation(Shape shape) {
    this.shape = shape;
  }

  /** The axes. */
  public final Shape shape() {
    return shape;
  }

  @Override
  public final long length() {
    return shape.length();
  }

  /** Where the values come from, for kernels that treat some sources in a way of their own. */
  FloatSource source() {
    return this;
  }

  /** The bits of the counts, the lowest first; none where it is no map of counts. */
  List<SpikeMap> bitPlanes() {
    return List.of();
  }

  /**
   * The same values with steps and samples cut otherwise.
   *
   * @throws IllegalArgumentException unless their product stays
   */
  public abstract Activation withFrames(int steps, int batch);

  /**
   * This map as spikes.
   *
   * @throws IllegalStateException where it is not known to hold only spikes
   */
  public SpikeMap spikes() {
    throw new IllegalStateException("expected spikes, got a map " + shape
        + " that may hold other values; a neuron must come before what asks for spikes");
  }

  /**
   * {@code this + other}: counts where both summands are counts or spikes, and small; else floats.
   *
   * @throws IllegalArgumentException when the shapes differ
   */
  public final Activation plus(Activation other, Engine engine) {
    if (!shape.equals(other.shape)) {
      throw new IllegalArgumentException("the summands of a residual connection must have one shape, got " + shape
          + " and " + other.shape);
    }
    boolean counts = !bitPlanes().isEmpty() && !other.bitPlanes().isEmpty()
        && CountMap.most(this) + CountMap.most(other) <= CountMap.MAX;
    return counts ? CountMap.sum(this, other, engine) : FloatMap.sum(this, other, engine);
  }

  /** 3x3 max pooling of stride 2 and padding 1. */
  public Activation maxPooled(Engine engine) {
    return FloatMap.of(new PooledCurrent(this, shape, engine.kernels()), engine);
  }

  final Shape requireRecut(int steps, int batch) {
    if (steps * (long) batch != shape.frames()) {
      throw new IllegalArgumentException("cannot cut " + shape + " into " + steps + " steps of " + batch
          + " samples");
    }
    return shape.withFrames(steps, batch);
  }

  final void requireRange(long from, int count) {
    if (from < 0 || count < 0 || from + count > length()) {
      throw new IndexOutOfBoundsException("range " + from + " + " + count + " of " + length());
    }
  }
}
