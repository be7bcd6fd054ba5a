package io.qkformer.examples.study;

import io.qkformer.train.recipe.DatasetKind.Content;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A row of a study.
 *
 * @param name   what the table calls it
 * @param keys   what makes it different: keys of recipes as {@code key=value}
 * @param events the keys instead of these on data of event cameras; empty: the same
 * @param paper  the paper's accuracies in percent, one for each of the study's columns; empty where it has none
 */
public record Variant(String name, List<String> keys, Optional<List<String>> events, List<OptionalDouble> paper) {

  /** Copies the lists. */
  public Variant {
    keys = List.copyOf(keys);
    events = events.map(List::copyOf);
    paper = List.copyOf(paper);
  }

  /** What makes it different on data of this kind. */
  List<String> keysFor(Content content) {
    return content == Content.EVENTS ? events.orElse(keys) : keys;
  }

  /** The name as a part of file names: small letters, digits and single dashes. */
  public String id() {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
  }
}
