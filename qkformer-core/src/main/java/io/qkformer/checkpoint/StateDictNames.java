package io.qkformer.checkpoint;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The reference names the same parts differently from data set to data set: the attention module of a block
 * is {@code attn} (ImageNet) or {@code ssa} and {@code tssa} (CIFAR, DVS), the layers of its MLP are {@code
 * fc1, fc2} or {@code mlp1, mlp2}. This translates a file's names to those that a model expects.
 */
public final class StateDictNames {
  private static final String ATTENTION = "attn";
  private static final Set<String> ATTENTION_ALIASES = Set.of("ssa", "tssa");
  private static final Map<String, String> MLP_ALIASES = Map.of("mlp1", "fc1", "mlp2", "fc2");

  private StateDictNames() {}

  /**
   * Returns the same tensors in the same order, where each name that the model does not expect is replaced by
   * its alias if exactly one alias is expected. A name stays as it is where the file has the alias too, or
   * where two names of the file claim it: the model's own check of names then reports both.
   *
   * @param expected the names that the model has
   */
  public static StateDict translate(StateDict tensors, Set<String> expected) {
    Map<String, List<String>> expectedByMeaning =
        expected.stream().collect(Collectors.groupingBy(StateDictNames::meaning));
    Map<String, String> translations = new HashMap<>();
    Map<String, Integer> claims = new HashMap<>();
    for (String name : tensors.names()) {
      List<String> matches = expectedByMeaning.getOrDefault(meaning(name), List.of());
      String translation = expected.contains(name) || matches.size() != 1 ? name : matches.get(0);
      translations.put(name, translation);
      claims.merge(translation, 1, Integer::sum);
    }
    StateDict.Builder translated = StateDict.builder();
    for (Map.Entry<String, INDArray> entry : tensors.entries()) {
      String translation = translations.get(entry.getKey());
      translated.put(claims.get(translation) == 1 ? translation : entry.getKey(), entry.getValue());
    }
    return translated.build();
  }

  /** The name that all aliases have in common. */
  private static String meaning(String name) {
    return Arrays.stream(name.split("\\.", -1)).map(StateDictNames::segmentMeaning)
        .collect(Collectors.joining("."));
  }

  /**
   * An MLP's layer may have a suffix, as in {@code fc1_conv}; {@code attn_lif} however is no attention
   * module.
   */
  private static String segmentMeaning(String segment) {
    if (ATTENTION_ALIASES.contains(segment)) {
      return ATTENTION;
    }
    int underscore = segment.indexOf('_');
    String layer = underscore < 0 ? segment : segment.substring(0, underscore);
    return MLP_ALIASES.getOrDefault(layer, layer) + segment.substring(layer.length());
  }
}
