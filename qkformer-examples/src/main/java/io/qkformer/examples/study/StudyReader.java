package io.qkformer.examples.study;

import io.qkformer.examples.study.YamlNode.Kind;
import io.qkformer.train.recipe.RecipeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads the YAML of a study. */
final class StudyReader {

  private static final String TITLE = "title";
  private static final String BASE = "base";
  private static final String COMMON = "common";
  private static final String SEEDS = "seeds";
  private static final String PAPER = "paper";
  private static final String VARIANTS = "variants";
  private static final String NAME = "name";
  private static final String KEYS = "keys";
  private static final String EVENTS = "events";
  private static final double PERCENT = 100;
  /** A key that is meant begins like one that is known. */
  private static final int ALIKE = 3;

  private StudyReader() {
  }

  /**
   * Reads a study.
   *
   * @param id   part of file names
   * @param file for messages
   * @throws RecipeException when it holds a mistake, naming its line
   */
  static Study read(String id, String file, String yaml) {
    YamlNode root = YamlNode.parse(file, yaml);
    requireKeys(root, List.of(TITLE, BASE, COMMON, SEEDS, PAPER, VARIANTS));
    List<String> columns = list(root, PAPER, "the data sets of the paper's columns", StudyReader::text);
    List<Variant> variants = list(root, VARIANTS, "a list of rows, each with name and keys",
        row -> variant(row, columns));
    try {
      return new Study(id, text(required(root, TITLE)), text(required(root, BASE)),
          root.fields().containsKey(COMMON) ? keys(root.fields().get(COMMON), COMMON) : List.of(),
          list(root, SEEDS, "a list of whole numbers", StudyReader::seed), columns, variants);
    } catch (IllegalArgumentException e) {
      throw e instanceof RecipeException ? e : new RecipeException(file + ": " + e.getMessage());
    }
  }

  private static Variant variant(YamlNode row, List<String> columns) {
    requireKeys(row, List.of(NAME, PAPER, KEYS, EVENTS));
    List<OptionalDouble> paper = row.fields().containsKey(PAPER)
        ? list(row, PAPER, "accuracies in percent, or null", StudyReader::accuracy)
        : columns.stream().map(column -> OptionalDouble.empty()).toList();
    if (paper.size() != columns.size()) {
      throw row.fields().get(PAPER).error(PAPER, "a number or null for each of " + columns);
    }
    return new Variant(text(required(row, NAME)), keys(required(row, KEYS), KEYS),
        row.fields().containsKey(EVENTS) ? Optional.of(keys(row.fields().get(EVENTS), EVENTS)) : Optional.empty(), paper);
  }

  private static void requireKeys(YamlNode map, List<String> known) {
    if (map.kind() != Kind.MAP) {
      throw new RecipeException(map.place() + ": expected the keys " + String.join(", ", known) + ", got " + map.text());
    }
    for (Map.Entry<String, YamlNode> field : map.fields().entrySet()) {
      if (!known.contains(field.getKey())) {
        String start = field.getKey().substring(0, Math.min(ALIKE, field.getKey().length()));
        throw new RecipeException(field.getValue().place() + ": unknown key " + field.getKey() + "; "
            + known.stream().filter(key -> key.startsWith(start)).findFirst().map(key -> "did you mean " + key + "?")
                .orElse("expected one of " + String.join(", ", known)));
      }
    }
  }

  private static YamlNode required(YamlNode map, String key) {
    YamlNode value = map.fields().get(key);
    if (value == null || value.kind() == Kind.NOTHING) {
      throw new RecipeException(map.place() + ": " + key + ": expected one, got none");
    }
    return value;
  }

  private static <T> List<T> list(YamlNode map, String key, String expected, Function<YamlNode, T> reader) {
    YamlNode value = required(map, key);
    if (value.kind() != Kind.LIST) {
      throw value.error(key, expected);
    }
    return value.items().stream().map(reader).toList();
  }

  private static String text(YamlNode node) {
    if (node.kind() != Kind.VALUE || node.text().isBlank()) {
      throw new RecipeException(node.place() + ": expected a text, got " + node.text());
    }
    return node.text();
  }

  private static Long seed(YamlNode node) {
    try {
      return Long.valueOf(node.text());
    } catch (NumberFormatException e) {
      throw node.error(SEEDS, "whole numbers");
    }
  }

  private static OptionalDouble accuracy(YamlNode node) {
    if (node.kind() == Kind.NOTHING) {
      return OptionalDouble.empty();
    }
    try {
      double value = Double.parseDouble(node.text());
      if (value >= 0 && value <= PERCENT) {
        return OptionalDouble.of(value);
      }
    } catch (NumberFormatException e) {
      throw node.error(PAPER, "accuracies in percent, or null");
    }
    throw node.error(PAPER, "accuracies from 0 to 100, or null");
  }

  /** Keys of recipes as overrides; what they mean is the recipe's to say. */
  private static List<String> keys(YamlNode map, String key) {
    if (map.kind() != Kind.MAP) {
      throw map.error(key, "keys of recipes with their values");
    }
    List<String> keys = new ArrayList<>();
    map.fields().forEach((name, value) -> {
      if (value.kind() == Kind.MAP || value.items().stream().anyMatch(item -> item.kind() != Kind.VALUE)) {
        throw value.error(name, "a value or a list of values");
      }
      keys.add(name + "=" + (value.kind() == Kind.LIST
          ? value.items().stream().map(YamlNode::text).collect(Collectors.joining(", ", "[", "]")) : value.text()));
    });
    return keys;
  }
}
