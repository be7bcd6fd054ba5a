package io.qkformer.train.recipe;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Weights that a training starts with, rather than with random ones.
 *
 * @param file safetensors, or PyTorch's
 * @param head what becomes of the classifier
 */
public record InitialWeights(Path file, Head head) {

  /** What becomes of the classifier. */
  public enum Head {
    /** It is loaded like the rest: timm's {@code initial_checkpoint}. */
    LOADED,
    /**
     * Its weight is drawn anew, from a normal distribution of deviation 2e-5, whatever its number of classes; its bias
     * is loaded if it fits: the reference's {@code finetune} on ImageNet.
     */
    DRAWN_ANEW
  }

  /** Checks that nothing is missing. */
  public InitialWeights {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(head, "head");
  }
}
