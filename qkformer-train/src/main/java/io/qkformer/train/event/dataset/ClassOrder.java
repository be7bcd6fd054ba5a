package io.qkformer.train.event.dataset;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** In which order names of class folders become labels. */
public enum ClassOrder {
  /** Folders named by numbers, by number: 0, 1, 2, ..., 10. Other names as strings, behind the numbers. */
  BY_NUMBER(Comparator.comparing((String name) -> !isNumber(name))
      .thenComparing(name -> isNumber(name) ? new BigInteger(name) : BigInteger.ZERO)
      .thenComparing(ClassOrder::bytes, Arrays::compareUnsigned)),
  /**
   * As strings, the way torchvision and so the reference's checkpoints order them: 0, 1, 10, 2, ..., 9. A model
   * trained by the reference on DVS128 Gesture has its outputs in this order.
   */
  REFERENCE(Comparator.comparing(ClassOrder::bytes, Arrays::compareUnsigned));

  private final Comparator<String> comparator;

  ClassOrder(Comparator<String> comparator) {
    this.comparator = comparator;
  }

  /** Returns the names in this order: the label of a class is its place. */
  public List<String> sorted(Collection<String> names) {
    return names.stream().sorted(comparator).toList();
  }

  private static boolean isNumber(String name) {
    return !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Python compares strings by code points; this is the same order as of their UTF-8 bytes. */
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
