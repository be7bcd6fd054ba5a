package io.qkformer.train.optimize;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order in which a QKFormer computes, from the names of its parameters: {@code patch_embed1}, the blocks
 * {@code stage1.0}, {@code stage1.1}, ..., {@code patch_embed2}, and so on, the head last. (The state_dict's
 * order is another: on CIFAR and ImageNet all patch embeddings come first.)
 *
 * @param stage from 1 on; {@link Integer#MAX_VALUE} for the head and whatever else there is
 * @param part  0 for the patch embedding, 1 + i for block i
 */
record ModelOrder(int stage, int part) implements Comparable<ModelOrder> {

  private static final Pattern EMBEDDING = Pattern.compile("patch_embed(\\d{1,4})\\..*");
  private static final Pattern BLOCK = Pattern.compile("stage(\\d{1,4})\\.(\\d{1,4})\\..*");
  private static final ModelOrder LAST = new ModelOrder(Integer.MAX_VALUE, 0);

  /** Where a parameter belongs. */
  static ModelOrder of(String name) {
    Matcher embedding = EMBEDDING.matcher(name);
    if (embedding.matches()) {
      return new ModelOrder(Integer.parseInt(embedding.group(1)), 0);
    }
    Matcher block = BLOCK.matcher(name);
    return block.matches()
        ? new ModelOrder(Integer.parseInt(block.group(1)), 1 + Integer.parseInt(block.group(2))) : LAST;
  }

  @Override
  public int compareTo(ModelOrder other) {
    return stage == other.stage ? Integer.compare(part, other.part) : Integer.compare(stage, other.stage);
  }
}
