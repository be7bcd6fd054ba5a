package io.qkformer.train.recipe;

import io.qkformer.model.Form;
import java.util.List;
import java.util.stream.Stream;

/**
 * The key {@code depths}.
 *
 * @param blocks  of each stage, or of all together
 * @param meaning which of the two
 */
record Depths(List<Integer> blocks, Meaning meaning) {

  enum Meaning { EACH_STAGE, TOTAL }

  private static final Type<List<Integer>> LIST = Types.list(Types.whole(0), 0, 16);
  private static final Type<Integer> NUMBER = Types.whole(1);

  /** A number is a total, as in the reference; a list has the blocks of each stage. */
  static final Type<Depths> TYPE = new Type<>("the blocks of each stage, such as [1, 1, 2], or of all together",
      written -> written.isScalar() ? of(NUMBER.reader().apply(written))
          : new Depths(LIST.reader().apply(written), Meaning.EACH_STAGE),
      depths -> depths.meaning() == Meaning.TOTAL ? NUMBER.writer().apply(depths.blocks().get(0))
          : LIST.writer().apply(depths.blocks()));

  static Depths of(int total) {
    return new Depths(List.of(total), Meaning.TOTAL);
  }

  int total() {
    return blocks.stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * The blocks of each stage, as the reference deals them out in its models of this form.
   *
   * @throws IllegalArgumentException when there are too few
   */
  List<Integer> in(Form form) {
    if (meaning == Meaning.EACH_STAGE) {
      Checks.that(!blocks.isEmpty(), "depths must have at least one stage, got []");
      return blocks;
    }
    List<Integer> early = switch (form) {
      case CIFAR, COMPACT -> List.of(1, 1);
      case IMAGENET -> List.of(1, 2);
      case EVENTS -> List.of(1);
      case SPIKFORMER, SPIKFORMER_EVENTS -> List.of();
    };
    int last = total() - early.stream().mapToInt(Integer::intValue).sum();
    Checks.that(last >= 1, "depths must leave a block for the last stage after " + early + ", got " + total());
    return Stream.concat(early.stream(), Stream.of(last)).toList();
  }
}
