package io.qkformer.train.optimize;

import io.qkformer.kernel.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tensors of doubles, on which the optimizers' own arithmetic is compared with results in double. */
public final class DoubleModel {

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final List<Tiles.Slot> slots = new ArrayList<>();

  /** Doubles that are stored as they are. */
  private record Doubles(double[] values) implements Values {

    @Override
    public long count() {
      return values.length;
    }

    @Override
    public void read(long from, double[] target, int n, TileMemory memory) {
      System.arraycopy(values, (int) from, target, 0, n);
    }

    @Override
    public void write(long from, double[] source, int n, TileMemory memory) {
      System.arraycopy(source, 0, values, (int) from, n);
    }
  }

  /** A tensor. */
  private static final class Tensor implements Trained {
    private final double[] value;
    private final double[] gradient;
    private final int units;
    private final Map<String, Values> states = new HashMap<>();

    Tensor(double[] value, int units) {
      this.value = value.clone();
      this.gradient = new double[value.length];
      this.units = units;
    }

    @Override
    public Values value() {
      return new Doubles(value);
    }

    @Override
    public Values gradient() {
      return new Doubles(gradient);
    }

    @Override
    public void clearGradient() {
      Arrays.fill(gradient, 0);
    }

    @Override
    public Values state(String what) {
      return states.computeIfAbsent(what, key -> new Doubles(new double[value.length]));
    }

    @Override
    public int units() {
      return units;
    }
  }

  /** Adds a tensor whose last axis has so many units. */
  public DoubleModel add(String name, double[] value, double weightDecay, int units) {
    Tensor tensor = new Tensor(value, units);
    tensors.put(name, tensor);
    slots.add(new Tiles.Slot(slots.size(), name, tensor, weightDecay, 1));
    return this;
  }

  /** Sets a gradient. */
  public void setGradient(String name, double... gradient) {
    System.arraycopy(gradient, 0, tensors.get(name).gradient, 0, gradient.length);
  }

  /** The values. */
  public double[] value(String name) {
    return tensors.get(name).value.clone();
  }

  /** The gradient. */
  public double[] gradient(String name) {
    return tensors.get(name).gradient.clone();
  }

  private Tiles tiles() {
    return Tiles.ofSlots(slots);
  }

  /** An optimizer of all tensors. */
  public Optimizer adamW(AdamWConfig config) {
    return new AdamW(tiles(), config, new Workers(1));
  }

  /** An optimizer of all tensors. */
  public Optimizer sgd(SgdConfig config) {
    return new Sgd(tiles(), config, new Workers(1));
  }

  /** An optimizer of all tensors. */
  public Optimizer lamb(LambConfig config) {
    return new Lamb(tiles(), config, new Workers(1));
  }

  /** Clips the gradients of all tensors; the norm before. */
  public double clip(GradientClipping clipping) {
    return clipping.apply(tiles(), new Workers(1));
  }

  /** Averages in place. */
  public static void average(double[] average, double[] model, double decay) {
    new WeightAverage.Averaged(new Doubles(average), new Doubles(model)).update(decay, new TileMemory());
  }
}
