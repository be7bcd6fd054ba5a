package io.qkformer.examples.baseline;

import java.util.Objects;

/**
 * A network of one stage: an embedding that pools, blocks of one width, a linear head.
 *
 * @param input   what it sees
 * @param depth   number of blocks
 * @param width   channels D of the blocks, a multiple of 8; their MLPs have 4 D hidden ones
 * @param heads   of the attention; divides the width
 * @param classes outputs of the head
 */
public record BaselineConfig(Input input, int depth, int width, int heads, int classes) {

  /** Hidden channels of an MLP over its width, in all of the published networks. */
  static final int MLP_RATIO = 4;
  /** Units of the embedding that may be followed by pooling. */
  static final int UNITS = 4;

  /** What the embedding is made for. */
  public enum Input {
    /** Photographs: all four units pool, 224 x 224 becomes 14 x 14 tokens. */
    IMAGENET(3, 4),
    /** Images of 32 x 32: the last two units pool, which gives 8 x 8 tokens. */
    CIFAR(3, 2),
    /** Frames of an event camera, 128 x 128 of two polarities: all four units pool, which gives 8 x 8 tokens. */
    EVENTS(2, 4);

    private final int channels;
    private final int pooling;

    Input(int channels, int pooling) {
      this.channels = channels;
      this.pooling = pooling;
    }

    /** Channels of the input. */
    public int channels() {
      return channels;
    }

    /** How many units of the embedding, from the last on, halve height and width. */
    public int pooling() {
      return pooling;
    }
  }

  /** Checks widths and counts. */
  public BaselineConfig {
    Objects.requireNonNull(input, "input");
    if (depth < 1 || classes < 1) {
      throw new IllegalArgumentException("depth and classes must be at least 1, got depth = " + depth + ", classes = "
          + classes);
    }
    if (width < 1 || width % 8 != 0) {
      throw new IllegalArgumentException("width must be a multiple of 8, by which the embedding's first unit is "
          + "narrower, got " + width);
    }
    if (heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException("heads must divide the width: heads = " + heads + ", width = " + width);
    }
  }

  /** Output channels of a unit of the embedding, 0 to 3: an eighth, a quarter, half and all of the width. */
  int unitWidth(int unit) {
    return width >> (UNITS - 1 - unit);
  }

  /** Whether a unit of the embedding, 0 to 3, is followed by pooling. */
  boolean pools(int unit) {
    return unit >= UNITS - input.pooling();
  }

  /** Hidden channels of an MLP. */
  int hidden() {
    return MLP_RATIO * width;
  }
}
