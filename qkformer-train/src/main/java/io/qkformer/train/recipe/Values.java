package io.qkformer.train.recipe;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a recipe gives, by keys: asked by those who make configurations of it. */
final class Values {

  /** The field with which the messages of configuration records begin. */
  private static final Pattern FIELD = Pattern.compile("([A-Za-z ]+?)(:| \\(| must )");
  private static final Pattern CAMEL_CASE = Pattern.compile("\\b[a-z]+(?:[A-Z][a-z]+)+\\b");
  private static final Pattern CAPITAL = Pattern.compile("[A-Z]");

  private final String name;
  private final Map<String, Entry> entries;

  /**
   * These values.
   *
   * @param name    of the recipe, for messages
   * @param entries by the keys' own names
   */
  Values(String name, Map<String, Entry> entries) {
    this.name = name;
    this.entries = new LinkedHashMap<>(entries);
  }

  /** Checks each value that was written, in the order of the file, also of keys that nobody asks for. */
  void check() {
    entries.forEach((key, entry) -> Keys.get(key).filter(known -> !entry.value().isNone()).ifPresent(this::read));
  }

  /** Whether a key was written, if only to say that there is nothing. */
  boolean has(Key<?> key) {
    return entries.containsKey(key.name());
  }

  /** A key's value, or what holds where it was left out. */
  <T> T get(Key<T> key, T otherwise) {
    return has(key) ? read(key) : otherwise;
  }

  /** A key's value, if it was written and is not nothing. */
  <T> Optional<T> find(Key<T> key) {
    return !has(key) || entries.get(key.name()).value().isNone() ? Optional.empty() : Optional.of(read(key));
  }

  private <T> T read(Key<T> key) {
    Entry entry = entries.get(key.name());
    try {
      return key.type().reader().apply(entry.value());
    } catch (IllegalArgumentException e) {
      String hint = e.getMessage() == null || e instanceof NumberFormatException ? "" : "; " + e.getMessage();
      throw new RecipeException(entry.place() + ": " + entry.key() + ": expected " + key.type().expected() + ", got "
          + entry.value().shown() + hint, e);
    }
  }

  /** An error about a key: with its place if it was written. */
  RecipeException error(Key<?> key, String message) {
    Entry entry = entries.get(key.name());
    return entry == null ? new RecipeException(name + ": " + key.name() + ": " + message)
        : new RecipeException(entry.place() + ": " + entry.key() + ": " + message);
  }

  /**
   * Makes a configuration, whose own complaints become errors of this recipe.
   *
   * @param involved the keys that it is made of
   */
  <T> T build(Supplier<T> maker, Key<?>... involved) {
    try {
      return maker.get();
    } catch (RecipeException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      Entry entry = Optional.ofNullable(entries.get(fieldOf(e.getMessage()))).or(() -> written(involved)).orElse(null);
      String message = inSnakeCase(e.getMessage());
      String where = entry == null ? name + ": "
          : entry.place() + ": " + (message.startsWith(entry.key()) ? "" : entry.key() + ": ");
      throw new RecipeException(where + message, e);
    }
  }

  private Optional<Entry> written(Key<?>[] keys) {
    return Arrays.stream(keys).filter(this::has).map(key -> entries.get(key.name())).findFirst();
  }

  /** The key whose field a message begins with, or an empty text. */
  private static String fieldOf(String message) {
    Matcher field = FIELD.matcher(message);
    return field.lookingAt() ? Keys.find(inSnakeCase(field.group(1)).replace(' ', '_')).orElse("") : "";
  }

  /** Fields of records are named in camel case, keys with underscores. */
  private static String inSnakeCase(String text) {
    return CAMEL_CASE.matcher(text).replaceAll(word -> CAPITAL.matcher(word.group())
        .replaceAll(capital -> "_" + capital.group().toLowerCase(Locale.ROOT)));
  }
}
