package io.qkformer.examples.study;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A row of a study.
 *
 * @param name  what the table calls it
 * @param keys  what makes it different: keys of recipes as {@code key=value}
 * @param paper the paper's accuracies in percent, one for each of the study's columns; empty where it has none
 */
public record Variant(String name, List<String> keys, List<OptionalDouble> paper) {

  /** Copies the lists. */
  public Variant {
    keys = List.copyOf(keys);
    paper = List.copyOf(paper);
  }

  /** The name as a part of file names: small letters, digits and single dashes. */
  public String id() {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
  }
}
