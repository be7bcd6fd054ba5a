package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Ten kinds of shapes on textured grounds, 32x32 pixels, drawn by the program: something to train on without
 * a download. Colours, texture, place, size and a slight rotation are random and say nothing about the class,
 * so a linear classifier on pixels fails, while a small convolutional network learns it in minutes.
 *
 * <p>An image is a pure function of (seed, split, index), the same bytes on every JVM and operating system;
 * a larger data set begins with the images of a smaller one. The label is {@code index % 10}. Images are
 * drawn on every read: {@link CachedDataset} keeps them.
 */
public final class ShapesDataset implements Dataset {
  private static final ShapeKind[] KINDS = ShapeKind.values();
  private static final List<String> CLASS_NAMES = Arrays.stream(KINDS).map(ShapeKind::title).toList();
  private static final String PURPOSE = "shapes/";

  private final Split split;
  private final int size;
  private final long seed;

  /**
   * Creates one split.
   *
   * @param split the two splits share no random numbers
   * @param size number of images, at least 1
   * @param seed of all images
   * @throws IllegalArgumentException if the size is below 1
   */
  public ShapesDataset(Split split, int size, long seed) {
    if (size < 1) {
      throw new IllegalArgumentException("size: expected at least 1 image, got " + size);
    }
    this.split = Objects.requireNonNull(split, "split");
    this.size = size;
    this.seed = seed;
  }

  @Override
  public String name() {
    return "shapes " + split.folder();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public List<String> classNames() {
    return CLASS_NAMES;
  }

  /** Draws an image; its id is its split and index, such as {@code train/17}. */
  @Override
  public Sample get(int index) {
    Objects.checkIndex(index, size);
    int label = index % KINDS.length;
    RandomStream random = RandomStream.of(seed, PURPOSE + split.folder(), index);
    return new Sample(split.folder() + "/" + index, label, ShapePainter.paint(KINDS[label], random));
  }
}
