package io.qkformer.support;

import io.qkformer.neuron.Surrogate;
import java.util.Arrays;

/**
 * Reverse-mode differentiation of scalars in double precision: the independent judge of the hand-written
 * backward
 * passes. A node is an index; each has at most two parents and the partial derivatives with respect to them.
 */
public final class Tape {

  private double[] value = new double[1 << 14];
  private int[] first = new int[1 << 14];
  private int[] second = new int[1 << 14];
  private double[] byFirst = new double[1 << 14];
  private double[] bySecond = new double[1 << 14];
  private int size;
  private double margin = Double.POSITIVE_INFINITY;

  private int node(double v, int a, double da, int b, double db) {
    if (size == value.length) {
      int larger = 2 * size;
      value = Arrays.copyOf(value, larger);
      first = Arrays.copyOf(first, larger);
      second = Arrays.copyOf(second, larger);
      byFirst = Arrays.copyOf(byFirst, larger);
      bySecond = Arrays.copyOf(bySecond, larger);
    }
    value[size] = v;
    first[size] = a;
    byFirst[size] = da;
    second[size] = b;
    bySecond[size] = db;
    return size++;
  }

  /** A number that nothing depends on. */
  public int leaf(double v) {
    return node(v, 0, 0, 0, 0);
  }

  public int add(int a, int b) {
    return node(value[a] + value[b], a, 1, b, 1);
  }

  public int subtract(int a, int b) {
    return node(value[a] - value[b], a, 1, b, -1);
  }

  public int multiply(int a, int b) {
    return node(value[a] * value[b], a, value[b], b, value[a]);
  }

  public int divide(int a, int b) {
    return node(value[a] / value[b], a, 1 / value[b], b, -value[a] / (value[b] * value[b]));
  }

  public int scale(int a, double factor) {
    return node(value[a] * factor, a, factor, 0, 0);
  }

  public int squareRoot(int a) {
    double root = Math.sqrt(value[a]);
    return node(root, a, 0.5 / root, 0, 0);
  }

  public int exponential(int a) {
    double e = Math.exp(value[a]);
    return node(e, a, e, 0, 0);
  }

  public int sigmoid(int a) {
    double s = 1 / (1 + Math.exp(-value[a]));
    return node(s, a, s * (1 - s), 0, 0);
  }

  /** The larger one; the first where they are equal. */
  public int maximum(int a, int b) {
    return value[a] >= value[b] ? node(value[a], a, 1, 0, 0) : node(value[b], b, 1, 0, 0);
  }

  /** 1 where {@code h >= threshold}, else 0, with the surrogate's derivative. */
  public int step(int h, double threshold, Surrogate surrogate) {
    double u = value[h] - threshold;
    if (u != 0) {
      margin = Math.min(margin, Math.abs(u));
    }
    return node(u >= 0 ? 1 : 0, h, surrogate.derivative(u), 0, 0);
  }

  public double value(int node) {
    return value[node];
  }

  public double[] values(int[] nodes) {
    return Arrays.stream(nodes).mapToDouble(n -> value[n]).toArray();
  }

  /**
   * The least distance of a potential from its threshold, exact hits apart: below rounding, spikes may
   * differ.
   */
  public double margin() {
    return margin;
  }

  /** The derivatives of {@code sum of seeds[i] * outputs[i]} with respect to every node. */
  public double[] gradients(int[] outputs, double[] seeds) {
    double[] gradient = new double[size];
    for (int i = 0; i < outputs.length; i++) {
      gradient[outputs[i]] += seeds[i];
    }
    for (int n = size - 1; n >= 0; n--) {
      double g = gradient[n];
      if (g != 0) {
        gradient[first[n]] += g * byFirst[n];
        gradient[second[n]] += g * bySecond[n];
      }
    }
    return gradient;
  }
}
