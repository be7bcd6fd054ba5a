package io.qkformer.examples.study;

import io.qkformer.train.recipe.DatasetKind.Content;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.recipe.Recipes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A study: variants of one recipe that are trained with the same seeds.
 *
 * @param id       part of file names
 * @param title    of the table and the chart
 * @param base     the recipe that all are variants of: a name of the library's, or a file
 * @param common   what all variants change of it, as {@code key=value}
 * @param seeds    with which each variant is trained; different ones
 * @param paper    the data sets of the paper's columns
 * @param variants the rows, with different {@link Variant#id}
 */
public record Study(String id, String title, String base, List<String> common, List<Long> seeds, List<String> paper,
    List<Variant> variants) {

  /** The studies of the library: tables of the paper. */
  public static final List<String> BUILTIN = List.of("table4", "table5", "table6", "table9");

  private static final String SUFFIX = ".yml";

  /** Copies and checks the lists. */
  public Study {
    common = List.copyOf(common);
    seeds = List.copyOf(seeds);
    paper = List.copyOf(paper);
    variants = List.copyOf(variants);
    if (variants.isEmpty()) {
      throw new IllegalArgumentException("variants: expected at least one, got none");
    }
    if (seeds.isEmpty() || Set.copyOf(seeds).size() < seeds.size()) {
      throw new IllegalArgumentException("seeds: expected at least one, each once, got " + seeds);
    }
    Set<String> ids = new HashSet<>();
    for (Variant variant : variants) {
      if (variant.id().isEmpty() || !ids.add(variant.id())) {
        throw new IllegalArgumentException("name: expected names that differ in letters or digits, which name the run "
            + "folders, got " + variant.name());
      }
      if (variant.paper().size() != paper.size()) {
        throw new IllegalArgumentException("paper: expected a number or null for each of " + paper + ", got "
            + variant.paper().size() + " in " + variant.name());
      }
    }
  }

  /** The same study with other seeds. */
  public Study withSeeds(List<Long> others) {
    return new Study(id, title, base, common, others, paper, variants);
  }

  /** The same study of another recipe; what all variants change of it stays. */
  public Study withBase(String recipe) {
    return new Study(id, title, recipe, common, seeds, paper, variants);
  }

  /**
   * What each variant changes: it may be other keys on data of event cameras.
   *
   * @param overrides of the recipe, {@code key=value}; they may name the data
   * @throws RecipeException when a key or value is wrong
   * @throws IOException     when the base is a file that cannot be read
   */
  public Map<Variant, List<String>> changes(List<String> overrides) throws IOException {
    Content content = Content.IMAGES;
    // the base alone need not be a recipe that holds where no variant asks for its data
    if (variants.stream().anyMatch(variant -> variant.events().isPresent())) {
      try {
        content = Recipes.named(base, before(overrides)).data().dataset().content();
      } catch (RecipeException e) {
        throw new RecipeException("study " + id + ": " + e.getMessage());
      }
    }
    Map<Variant, List<String>> changes = new LinkedHashMap<>();
    for (Variant variant : variants) {
      changes.put(variant, variant.keysFor(content));
    }
    return changes;
  }

  /** What is said of the recipe before the variants have their say. */
  List<String> before(List<String> overrides) {
    return Stream.concat(common.stream(), overrides.stream()).toList();
  }

  /**
   * Reads a study of the library, or a file: names that end in .yml or .yaml or hold a slash are files.
   *
   * @throws RecipeException when there is no such study, or it holds a mistake
   * @throws IOException     when the file cannot be read
   */
  public static Study named(String nameOrFile) throws IOException {
    if (!isFile(nameOrFile)) {
      return StudyReader.read(nameOrFile, nameOrFile + SUFFIX, builtinText(nameOrFile));
    }
    Path file = Path.of(nameOrFile);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString();
      return StudyReader.read(file.getFileName().toString().replaceAll("\\.ya?ml$", ""), nameOrFile, text);
    } catch (CharacterCodingException e) {
      throw new RecipeException(file + ": expected a text in UTF-8, got other bytes");
    }
  }

  private static boolean isFile(String nameOrFile) {
    return nameOrFile.endsWith(SUFFIX) || nameOrFile.endsWith(".yaml") || nameOrFile.contains("/")
        || nameOrFile.contains("\\");
  }

  /**
   * The text of a study of the library, with its comments: to begin one's own with.
   *
   * @throws RecipeException when there is none of this name
   */
  public static String builtinText(String name) {
    if (!BUILTIN.contains(name)) {
      throw new RecipeException("unknown study " + name + "; expected a file that ends in .yml or .yaml, or one of "
          + String.join(", ", BUILTIN));
    }
    try (InputStream in = Study.class.getResourceAsStream(name + SUFFIX)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
