package io.qkformer.support;

import java.util.Arrays;

/** A feature map {@code [T, B, H, W, C]} of nodes of a {@link Tape}. */
public record ReferenceMap(int time, int batch, int height, int width, int channels, int[] nodes) {

  static ReferenceMap empty(int time, int batch, int height, int width, int channels) {
    return new ReferenceMap(time, batch, height, width, channels,
        new int[time * batch * height * width * channels]);
  }

  ReferenceMap emptyLike() {
    return empty(time, batch, height, width, channels);
  }

  int index(int t, int b, int y, int x, int c) {
    return (((t * batch + b) * height + y) * width + x) * channels + c;
  }

  int at(int t, int b, int y, int x, int c) {
    return nodes[index(t, b, y, x, c)];
  }

  void set(int t, int b, int y, int x, int c, int node) {
    nodes[index(t, b, y, x, c)] = node;
  }

  /** The same nodes under another shape. */
  public ReferenceMap reshape(int newTime, int newBatch) {
    return new ReferenceMap(newTime, newBatch, height, width, channels, nodes);
  }

  /** A static map shown at every step. */
  public ReferenceMap repeat(int steps) {
    if (time != 1 || steps == 1) {
      return this;
    }
    int[] repeated = new int[nodes.length * steps];
    for (int t = 0; t < steps; t++) {
      System.arraycopy(nodes, 0, repeated, t * nodes.length, nodes.length);
    }
    return new ReferenceMap(steps, batch, height, width, channels, repeated);
  }

  @Override
  public String toString() {
    return "[" + time + ", " + batch + ", " + height + ", " + width + ", " + channels + "] "
        + Arrays.toString(nodes);
  }
}
