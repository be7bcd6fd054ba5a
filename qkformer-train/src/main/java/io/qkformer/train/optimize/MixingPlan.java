package io.qkformer.train.optimize;

import io.qkformer.tensor.Floats;
import io.qkformer.tensor.Shapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the samples of one batch are mixed: sample i with sample B-1-i, by mixup (arXiv 1710.09412) or cutmix.
 * Made by {@link BatchMixing}. Mixes floats in place, or bytes into new ones, and the targets.
 *
 * <p>timm wants an even number of samples; here the middle one of an odd number stays what it is.
 *
 * @param samples how each sample is mixed
 */
public record MixingPlan(List<Sample> samples) {

  /**
   * How one sample is mixed.
   *
   * @param own the weight of the sample's own target, and of its own pixels unless there is a box; 1 minus
   *            that is its partner's
   * @param box the pixels that are the partner's, in cutmix
   */
  public record Sample(double own, Optional<CutBox> box) {

    /** A sample that is not mixed. */
    public static final Sample PURE = new Sample(1, Optional.empty());

    /** Checks the weight. */
    public Sample {
      requireShare(own);
    }

    /** Mixup in {@link MixMode#BATCH}. */
    public static Sample mixup(double own) {
      return new Sample(own, Optional.empty());
    }

    /** Cutmix: the weight is what the caller makes of the box. */
    public static Sample cutmix(double own, CutBox box) {
      return new Sample(own, Optional.of(box));
    }

    private boolean changesPixels() {
      return box.map(b -> b.area() > 0).orElse(own != 1);
    }
  }

  /** Copies the list. */
  public MixingPlan {
    samples = List.copyOf(samples);
  }

  static void requireShare(double lambda) {
    if (!(lambda >= 0 && lambda <= 1)) {
      throw new IllegalArgumentException("lambda must be in [0, 1], got " + lambda);
    }
  }

  /** The sample's partner. */
  private int partner(int sample) {
    return samples.size() - 1 - sample;
  }

  /**
   * Mixes floats in place.
   *
   * @param x FLOAT {@code [T0, B, H, W, C]}, contiguous in C order; each time step is mixed alike
   * @throws IllegalArgumentException when x is not such an array, has another B, or a box exceeds it
   */
  public void applyTo(INDArray x) {
    if (x.rank() != 5) {
      throw new IllegalArgumentException("expected [T0, B, H, W, C], got " + Shapes.toString(x));
    }
    requireBatch(x.size(1));
    int height = (int) x.size(2);
    int row = Math.toIntExact(x.size(3) * x.size(4));
    requireBoxesIn(height, (int) x.size(3));
    Floats values = Floats.of(x);
    PixelRows rows = new PixelRows(row, (int) x.size(4));
    for (long t = 0; t < x.size(0); t++) {
      for (int i = 0; i < samples.size() / 2; i++) {
        long first = (t * samples.size() + i) * height * row;
        long second = (t * samples.size() + partner(i)) * height * row;
        for (int y = 0; y < height; y++) {
          rows.mix(values, first + (long) y * row, second + (long) y * row, y, samples.get(i),
              samples.get(partner(i)));
        }
      }
    }
  }

  /**
   * Mixes pictures of bytes, as timm's loader does before normalisation: products in float32, rounded half to
   * even.
   *
   * @param images the bytes of each picture, {@code [H, W, C]} row by row; stay as they are
   * @param height H
   * @param width  W
   * @return the mixed pictures; those that do not change are the given arrays
   * @throws IllegalArgumentException when there are not B pictures of one size, or a box exceeds it
   */
  public List<byte[]> apply(List<byte[]> images, int height, int width) {
    requireBatch(images.size());
    requireBoxesIn(height, width);
    for (byte[] image : images) {
      if (image.length != images.get(0).length || image.length == 0 || image.length % (height * width) != 0) {
        throw new IllegalArgumentException("expected pictures of one size with " + height + "x" + width
            + " pixels, got one of " + image.length + " bytes and one of " + images.get(0).length);
      }
    }
    List<byte[]> mixed = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      Sample sample = samples.get(i);
      boolean stays = i == partner(i) || !sample.changesPixels();
      mixed.add(stays ? images.get(i)
          : BytePixels.mix(images.get(i), images.get(partner(i)), sample, height, width));
    }
    return mixed;
  }

  private void requireBatch(long batch) {
    if (batch != samples.size()) {
      throw new IllegalArgumentException("expected a batch of " + samples.size() + " samples, got " + batch);
    }
  }

  private void requireBoxesIn(int height, int width) {
    for (Sample sample : samples) {
      sample.box().ifPresent(box -> {
        if (box.bottom() > height || box.right() > width) {
          throw new IllegalArgumentException(box + " exceeds the image of " + height + "x" + width);
        }
      });
    }
  }
}
