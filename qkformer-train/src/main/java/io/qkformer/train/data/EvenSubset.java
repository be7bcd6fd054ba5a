package io.qkformer.train.data;

import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * Some of a data set's samples, spread evenly over it, in its order: of data that lies by class, about as many of each
 * class. Which ones depends on the two sizes alone.
 */
public final class EvenSubset implements Dataset {
  private final Dataset source;
  private final int size;

  private EvenSubset(Dataset source, int size) {
    this.source = source;
    this.size = size;
  }

  /**
   * Takes samples {@code floor(i n / count)} of n, for i from 0 to {@code count - 1}.
   *
   * @param count how many, from 1 to the data set's size
   * @throws IllegalArgumentException when there are not so many
   */
  public static EvenSubset of(Dataset source, int count) {
    if (count < 1 || count > source.size()) {
      throw new IllegalArgumentException("subset of " + source.name() + ": expected 1 to " + source.size()
          + " samples, as many as there are, got " + count);
    }
    return new EvenSubset(source, count);
  }

  /** Where a sample of a subset lies in the whole. */
  static int index(int index, int all, int count) {
    return (int) ((long) index * all / count);
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public List<String> classNames() {
    return source.classNames();
  }

  @Override
  public Sample get(int index) throws IOException {
    return source.get(index(Objects.checkIndex(index, size), source.size(), size));
  }

  /** Covers the whole data set's fingerprint and the number of samples. */
  @Override
  public String fingerprint() throws IOException {
    return new Fingerprint().text(source.fingerprint()).number(size).hex();
  }
}
