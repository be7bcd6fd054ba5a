package io.qkformer.attention;

import io.qkformer.attention.AttentionCore.Attended;
import io.qkformer.kernel.Kernels;
import io.qkformer.kernel.Scratch;
import io.qkformer.layer.Pass;
import io.qkformer.layer.Saved;
import io.qkformer.tensor.FloatSource;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.Shapes;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The operation of vanilla self attention (eq. 5): {@code softmax(Q K^T / sqrt(d)) V} per head of d channels, on real
 * numbers. It spikes nowhere, and is here to be compared with.
 *
 * <p>A head's N x N map stands in memory, as the equation has it, one for each thread; the backward pass computes it
 * again. Kept for backward: Q, K and V. Cost: O(T B N^2 C).
 */
public final class SoftmaxAttention {

  /** Tokens of a map that one Java array can hold. */
  static final int MOST_TOKENS = 46_000;

  private static final int Q = 0;
  private static final int K = 1;
  private static final int V = 2;
  private static final int OUT = 3;
  private static final int MAP = 4;
  private static final int TRANSPOSED = 5;
  private static final int ZEROS = 6;
  private static final int GRADIENT = 7;
  private static final int MAP_GRADIENT = 8;
  private static final int DQ = 9;
  private static final int DK = 10;

  private final int width;
  private final int headWidth;
  private final float scale;

  /**
   * Attention over {@code width} channels in {@code heads} contiguous segments.
   *
   * @throws IllegalArgumentException unless the heads divide the width
   */
  public SoftmaxAttention(int width, int heads) {
    if (width < 1 || heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException("heads must divide the width: heads = " + heads + ", width = " + width);
    }
    this.width = width;
    this.headWidth = width / heads;
    this.scale = (float) (1 / Math.sqrt(headWidth));
  }

  /** One frame of one head: what the products need to know. */
  private record Head(Kernels kernels, int tokens, int offset, int width, int headWidth, float[] zeros) {

    /** {@code map = a b^T} of two maps' columns, {@code [tokens][tokens]}; b is transposed first. */
    void outer(float[] a, float[] b, float[] transposed, float[] map) {
      for (int n = 0; n < tokens; n++) {
        for (int c = 0; c < headWidth; c++) {
          transposed[c * tokens + n] = b[n * width + offset + c];
        }
      }
      kernels.multiply(tokens, tokens, headWidth, a, offset, width, 1, transposed, 0, tokens, zeros, 0, 0, map, 0,
          tokens);
    }

    /** {@code target = map x}, into the head's columns. */
    void product(float[] map, float[] x, float[] target) {
      kernels.multiply(tokens, headWidth, tokens, map, 0, tokens, 1, x, offset, width, zeros, 0, 0, target, offset,
          width);
    }

    /** {@code target = map^T x}, into the head's columns. */
    void transposedProduct(float[] map, float[] x, float[] target) {
      kernels.multiply(tokens, headWidth, tokens, map, 0, 1, tokens, x, offset, width, zeros, 0, 0, target, offset,
          width);
    }
  }

  /**
   * Attends.
   *
   * @param projected Q, K and V, each {@code [T, B, H, W, C]}; they stay the caller's
   * @return {@code [T, B, H, W, C]} and the way back
   * @throws IllegalArgumentException unless there are three maps of one shape and of the configured channels, and of no
   *                                  more tokens than a map of all their pairs can have
   */
  public Attended attend(List<INDArray> projected, Pass pass) {
    long[] shape = checked(projected);
    List<Floats> sources = projected.stream().map(Floats::of).toList();
    INDArray attended = pass.allocate(shape);
    Floats target = Floats.of(attended);
    int frame = Math.toIntExact(shape[2] * shape[3] * width);
    pass.engine().workers().forEach(Math.toIntExact(shape[0] * shape[1]), (index, scratch) -> {
      float[] q = read(sources.get(Q), index, frame, scratch, Q);
      float[] k = read(sources.get(K), index, frame, scratch, K);
      float[] v = read(sources.get(V), index, frame, scratch, V);
      float[] out = scratch.floats(OUT, frame);
      for (int offset = 0; offset < width; offset += headWidth) {
        Head head = head(pass, frame / width, offset, scratch);
        head.product(map(head, q, k, scratch), v, out);
      }
      target.write((long) index * frame, out, 0, frame);
    });
    if (!pass.mode().keepsState()) {
      return new Attended(attended, null);
    }
    List<Saved> kept = projected.stream().map(x -> Saved.of(x, pass)).toList();
    return new Attended(attended, gradient -> {
      List<INDArray> gradients = backward(kept, Shapes.requireGradient(gradient, shape, toString()), pass);
      kept.forEach(saved -> saved.release(pass));
      return gradients;
    });
  }

  private long[] checked(List<INDArray> projected) {
    if (projected.size() != 3) {
      throw new IllegalArgumentException("expected Q, K and V, got " + projected.size() + " maps (" + this + ")");
    }
    long[] shape = Shapes.requireMap(projected.get(Q), width, toString()).shape();
    for (INDArray map : projected) {
      if (!Arrays.equals(map.shape(), shape)) {
        throw new IllegalArgumentException("Q, K and V must have one shape, got " + Shapes.toMapString(projected.get(Q))
            + " and " + Shapes.toMapString(map) + " (" + this + ")");
      }
    }
    if (shape[2] * shape[3] > MOST_TOKENS) {
      throw new IllegalArgumentException("vanilla self attention holds a map of all pairs of tokens, and can do so for "
          + MOST_TOKENS + " tokens at most, got " + Shapes.toMapString(projected.get(Q)));
    }
    return shape;
  }

  private List<INDArray> backward(List<Saved> kept, INDArray gradient, Pass pass) {
    long[] shape = gradient.shape();
    int frame = Math.toIntExact(shape[2] * shape[3] * width);
    Floats source = Floats.of(gradient);
    List<INDArray> gradients = List.of(pass.allocate(shape), pass.allocate(shape), pass.allocate(shape));
    List<Floats> targets = gradients.stream().map(Floats::of).toList();
    pass.engine().workers().forEach(Math.toIntExact(shape[0] * shape[1]), (index, scratch) -> {
      float[] q = read(kept.get(Q).values(), index, frame, scratch, Q);
      float[] k = read(kept.get(K).values(), index, frame, scratch, K);
      float[] v = read(kept.get(V).values(), index, frame, scratch, V);
      float[] g = read(source, index, frame, scratch, GRADIENT);
      float[] dq = scratch.floats(DQ, frame);
      float[] dk = scratch.floats(DK, frame);
      float[] dv = scratch.floats(OUT, frame);
      int tokens = frame / width;
      for (int offset = 0; offset < width; offset += headWidth) {
        Head head = head(pass, tokens, offset, scratch);
        float[] map = map(head, q, k, scratch);
        head.transposedProduct(map, g, dv);
        float[] ofMap = scratch.floats(MAP_GRADIENT, tokens * tokens);
        head.outer(g, v, scratch.floats(TRANSPOSED, tokens * headWidth), ofMap);
        softmaxBackward(map, ofMap, tokens);
        head.product(ofMap, k, dq);
        head.transposedProduct(ofMap, q, dk);
      }
      targets.get(Q).write((long) index * frame, dq, 0, frame);
      targets.get(K).write((long) index * frame, dk, 0, frame);
      targets.get(V).write((long) index * frame, dv, 0, frame);
    });
    return gradients;
  }

  private Head head(Pass pass, int tokens, int offset, Scratch scratch) {
    int zeros = Math.max(tokens, headWidth);
    float[] start = scratch.floats(ZEROS, zeros);
    Arrays.fill(start, 0, zeros, 0f);
    return new Head(pass.engine().kernels(), tokens, offset, width, headWidth, start);
  }

  /** {@code softmax(Q K^T scale)} of one head, {@code [tokens][tokens]}, each row less its maximum first. */
  private float[] map(Head head, float[] q, float[] k, Scratch scratch) {
    int tokens = head.tokens();
    float[] map = scratch.floats(MAP, tokens * tokens);
    head.outer(q, k, scratch.floats(TRANSPOSED, tokens * headWidth), map);
    for (int row = 0; row < tokens * tokens; row += tokens) {
      float most = Float.NEGATIVE_INFINITY;
      for (int j = row; j < row + tokens; j++) {
        most = Math.max(most, map[j]);
      }
      double sum = 0;
      for (int j = row; j < row + tokens; j++) {
        map[j] = (float) Math.exp((map[j] - most) * scale);
        sum += map[j];
      }
      float share = (float) (1 / sum);
      for (int j = row; j < row + tokens; j++) {
        map[j] *= share;
      }
    }
    return map;
  }

  /** From the gradient of the softmax P to that of the products: {@code P (gP - sum of P gP) scale}, in place. */
  private void softmaxBackward(float[] map, float[] gradient, int tokens) {
    for (int row = 0; row < tokens * tokens; row += tokens) {
      double dot = 0;
      for (int j = row; j < row + tokens; j++) {
        dot += (double) map[j] * gradient[j];
      }
      for (int j = row; j < row + tokens; j++) {
        gradient[j] = map[j] * (gradient[j] - (float) dot) * scale;
      }
    }
  }

  private static float[] read(FloatSource source, int index, int frame, Scratch scratch, int slot) {
    float[] tile = scratch.floats(slot, frame);
    source.read((long) index * frame, tile, 0, frame);
    return tile;
  }

  @Override
  public String toString() {
    return "SoftmaxAttention(" + width + ", " + width / headWidth + " heads)";
  }
}
