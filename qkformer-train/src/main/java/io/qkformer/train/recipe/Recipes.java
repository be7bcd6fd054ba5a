package io.qkformer.train.recipe;

import io.qkformer.checkpoint.AtomicFile;
import io.qkformer.train.recipe.RecipeKey.Arity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * Reads and writes recipes. Keys are those of timm's training script and of the QKFormer reference, with underscores or
 * dashes; what is left out has timm 1.0's default. Overrides are {@code key=value} and count instead of what the file
 * says: a list in brackets, {@code null} for nothing.
 *
 * <pre>{@code
 * Recipe recipe = Recipes.builtin("cifar10", List.of("data_dir=cifar-10-batches-bin", "epochs=100"));
 * Recipes.write(runFolder.resolve("recipe.yml"), recipe, "What this run did.");
 * }</pre>
 */
public final class Recipes {

  private static final String FOLDER = "/io/qkformer/train/recipe/";
  private static final String SUFFIX = ".yml";
  private static final String MEANINGS = "keys.properties";
  /** In what types say of themselves that take lists. */
  private static final Pattern LIST = Pattern.compile("\\blist\\b|\\[");
  private static final List<String> BUILTIN = List.of("shapes", "cifar10-small", "cifar10", "cifar100", "cifar10-dvs",
      "dvs128-gesture", "gestures-simulated", "cifar10-dvs-simulated", "imagenet-384", "imagenet-512", "imagenet-768", "imagenet-768-finetune-384");

  private Recipes() {
  }

  /** The names of the recipes that are part of the library. */
  public static List<String> builtinNames() {
    return BUILTIN;
  }

  /** All keys that a recipe may have and that mean something, in the order of a written recipe. */
  public static List<RecipeKey> keys() {
    Properties meanings = new Properties();
    try (InputStream in = Recipes.class.getResourceAsStream(FOLDER + MEANINGS)) {
      meanings.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Keys.all().stream().map(key -> new RecipeKey(key.name(), key.aliases(), key.type().expected(),
        meanings.getProperty(key.name()), LIST.matcher(key.type().expected()).find() ? Arity.LIST : Arity.SINGLE)).toList();
  }

  /**
   * A recipe of the library: the reference's, and {@code shapes}, which needs no data.
   *
   * @throws RecipeException when there is none of this name, or an override is wrong
   */
  public static Recipe builtin(String name, List<String> overrides) {
    return parse(name + SUFFIX, builtinText(name), overrides);
  }

  /**
   * The text of a recipe of the library, with its comments: to begin one's own with.
   *
   * @throws RecipeException when there is none of this name
   */
  public static String builtinText(String name) {
    if (!BUILTIN.contains(name)) {
      throw new RecipeException("unknown recipe " + name + "; expected a file that ends in .yml or .yaml, or one of "
          + String.join(", ", BUILTIN));
    }
    try (InputStream in = Recipes.class.getResourceAsStream(FOLDER + name + SUFFIX)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws RecipeException when it or an override holds a mistake
   * @throws IOException     when it cannot be read
   */
  public static Recipe read(Path file, List<String> overrides) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      return parse(file.toString(), StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString(),
          overrides);
    } catch (CharacterCodingException e) {
      throw new RecipeException(file + ": expected a text in UTF-8, got other bytes", e);
    }
  }

  /**
   * Reads a file, or a recipe of the library: names that end in .yml or .yaml or hold a slash are files.
   *
   * @throws RecipeException when there is no such recipe, or it or an override holds a mistake
   * @throws IOException     when the file cannot be read
   */
  public static Recipe named(String nameOrFile, List<String> overrides) throws IOException {
    boolean isFile = nameOrFile.endsWith(SUFFIX) || nameOrFile.endsWith(".yaml") || nameOrFile.contains("/")
        || nameOrFile.contains("\\");
    return isFile ? read(Path.of(nameOrFile), overrides) : builtin(nameOrFile, overrides);
  }

  /**
   * Reads a text.
   *
   * @param name what messages call it
   * @throws RecipeException when it or an override holds a mistake
   */
  public static Recipe parse(String name, String yaml, List<String> overrides) {
    List<Entry> written = YamlText.entries(line -> name + ", line " + line, yaml);
    return RecipeReader.read(name, written, overrides.stream().map(OverrideText::entry).toList());
  }

  /**
   * The text of a recipe: every key with its value. Reading it gives an equal recipe.
   *
   * @param header comment above it, of one or more lines
   * @throws IllegalArgumentException when the surrogate is one of the user's own, which a recipe cannot name
   */
  public static String toYaml(Recipe recipe, String header) {
    return RecipeReader.write(recipe, header);
  }

  /**
   * The keys of a recipe and their values, as {@link #toYaml} writes them: to tell how two recipes differ.
   *
   * @throws IllegalArgumentException as {@link #toYaml}
   */
  public static Map<String, String> values(Recipe recipe) {
    Map<String, String> values = new LinkedHashMap<>();
    toYaml(recipe, "").lines().filter(line -> line.contains(": ") && !line.startsWith("#"))
        .forEach(line -> values.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 2)));
    return Collections.unmodifiableMap(values);
  }

  /**
   * Writes that text to a file, replacing it as a whole.
   *
   * @throws IOException when it cannot be written; the old file is then as it was
   */
  public static void write(Path file, Recipe recipe, String header) throws IOException {
    byte[] text = toYaml(recipe, header).getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, out -> out.write(text));
  }
}
