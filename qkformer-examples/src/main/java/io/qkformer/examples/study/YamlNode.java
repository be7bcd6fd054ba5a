package io.qkformer.examples.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.qkformer.train.recipe.RecipeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A YAML text as a tree that keeps each value's spelling and line: numbers are not rounded, {@code 010} stays what it is.
 *
 * @param place  file and line, for messages
 * @param kind   which of the next three it has
 * @param text   of a value
 * @param items  of a list
 * @param fields of a map, in the order of the file
 */
record YamlNode(String place, Kind kind, String text, List<YamlNode> items, Map<String, YamlNode> fields) {

  /** What a node is. */
  enum Kind { NOTHING, VALUE, LIST, MAP }

  /**
   * Reads a text.
   *
   * @param name of the file, for messages
   * @throws RecipeException when it is not YAML, or holds several documents, aliases or a key twice
   */
  static YamlNode parse(String name, String yaml) {
    try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
      parser.nextToken();
      YamlNode root = read(name, parser);
      if (parser.nextToken() != null) {
        throw new RecipeException(place(name, parser) + ": expected one document, got a second one");
      }
      return root;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new RecipeException(name + ", line " + line + ": expected YAML, got: "
          + e.getOriginalMessage().lines().findFirst().orElse("something else"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static YamlNode read(String name, YAMLParser parser) throws IOException {
    String place = place(name, parser);
    JsonToken token = parser.currentToken();
    if (token == null || token == JsonToken.VALUE_NULL) {
      return new YamlNode(place, Kind.NOTHING, "null", List.of(), Map.of());
    }
    if (token == JsonToken.START_ARRAY) {
      List<YamlNode> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(read(name, parser));
      }
      return new YamlNode(place, Kind.LIST, "a list", List.copyOf(items), Map.of());
    }
    if (token == JsonToken.START_OBJECT) {
      Map<String, YamlNode> fields = new LinkedHashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        String line = place(name, parser);
        parser.nextToken();
        YamlNode value = read(name, parser);
        if (fields.put(key, new YamlNode(line, value.kind, value.text, value.items, value.fields)) != null) {
          throw new RecipeException(line + ": " + key + ": expected each key once, got it again");
        }
      }
      return new YamlNode(place, Kind.MAP, "keys", List.of(), fields);
    }
    if (!token.isScalarValue() || parser.isCurrentAlias() || parser.getTypeId() != null) {
      throw new RecipeException(place + ": expected a value, a list or keys, got a YAML alias or tag");
    }
    return new YamlNode(place, Kind.VALUE, parser.getText(), List.of(), Map.of());
  }

  private static String place(String name, YAMLParser parser) {
    return name + ", line " + Math.max(1, parser.currentTokenLocation().getLineNr());
  }

  /** A mistake here. */
  RecipeException error(String key, String expected) {
    return new RecipeException(place + ": " + key + ": expected " + expected + ", got " + text);
  }
}
