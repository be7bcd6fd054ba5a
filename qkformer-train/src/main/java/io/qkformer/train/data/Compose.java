package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;
import java.util.List;

/**
 * Augmentations one after the other; of none, the identity.
 *
 * @param parts applied from first to last
 */
public record Compose(List<Augmentation> parts) implements Augmentation {
  /** Copies the list. */
  public Compose {
    parts = List.copyOf(parts);
  }

  /** Returns the augmentations in the order given. */
  public static Compose of(Augmentation... parts) {
    return new Compose(List.of(parts));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    Image changed = image;
    for (Augmentation part : parts) {
      changed = part.apply(changed, random);
    }
    return changed;
  }
}
