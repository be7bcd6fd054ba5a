package io.qkformer.checkpoint;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Named tensors in order, as PyTorch's {@code state_dict()} has them: reference names such as {@code
 * stage1.0.tssa.q_conv.weight}, reference shapes ({@code [out, in, k, k]} for a convolution, {@code []} for
 * {@code num_batches_tracked}), data type FLOAT, or LONG for counters.
 *
 * <p>The map is immutable; the arrays are the caller's own and are not copied.
 */
public final class StateDict {
  private static final int SUGGESTIONS = 3;

  private final Map<String, INDArray> tensors;

  private StateDict(Map<String, INDArray> tensors) {
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /**
   * Returns a state dict of the map's entries, in the map's iteration order.
   *
   * @throws IllegalArgumentException if an array's data type is neither FLOAT nor LONG
   */
  public static StateDict of(Map<String, INDArray> tensors) {
    Builder builder = builder();
    tensors.forEach(builder::put);
    return builder.build();
  }

  /** Returns an empty builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the names, in order. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /** Returns the named tensors, in order. */
  public Set<Map.Entry<String, INDArray>> entries() {
    return tensors.entrySet();
  }

  /** Returns whether there is a tensor of this name. */
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /** Returns the number of tensors. */
  public int size() {
    return tensors.size();
  }

  /**
   * Returns the tensor of this name, not a copy.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names nearest to it
   */
  public INDArray get(String name) {
    INDArray tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor named '" + name + "' among " + size() + "; nearest: "
          + nearest(name));
    }
    return tensor;
  }

  private List<String> nearest(String name) {
    return names().stream()
        .sorted(Comparator.comparingInt(candidate -> distance(candidate, name)))
        .limit(SUGGESTIONS)
        .toList();
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  @Override
  public String toString() {
    return "StateDict[" + size() + " tensors]";
  }

  /** Collects tensors in order; a name can be given once. */
  public static final class Builder {
    private final Map<String, INDArray> tensors = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds a tensor behind those already there.
     *
     * @throws IllegalArgumentException if the name is taken, or the data type is neither FLOAT nor LONG
     */
    public Builder put(String name, INDArray tensor) {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(tensor, () -> "tensor '" + name + "'");
      DataType type = tensor.dataType();
      if (type != DataType.FLOAT && type != DataType.INT64) {
        throw new IllegalArgumentException("tensor '" + name + "' has data type " + type
            + ", expected FLOAT or LONG; convert it with castTo");
      }
      if (tensors.putIfAbsent(name, tensor) != null) {
        throw new IllegalArgumentException("tensor '" + name + "' is given twice");
      }
      return this;
    }

    /** Returns the state dict; the builder can go on to be used. */
    public StateDict build() {
      return new StateDict(new LinkedHashMap<>(tensors));
    }
  }
}
