package io.qkformer.train.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a YAML text apart, keeping each key's line and each value's spelling: YAML 1.1 would make a text of {@code
 * 1e-3}, and a number to base 8 of {@code 010}, before anyone could ask what the key wants.
 */
final class YamlText {

  /** What SnakeYAML found and where, at the end of its messages, behind what it was about. */
  private static final Pattern PROBLEM = Pattern.compile("(?:^|\n)([^\n]+)\n in [^\n]*, line (\\d+), column");

  private final IntFunction<String> places;
  private final YAMLParser parser;

  private YamlText(IntFunction<String> places, YAMLParser parser) {
    this.places = places;
    this.parser = parser;
  }

  /**
   * The keys of a text, in its order.
   *
   * @param places what messages call a line
   * @throws RecipeException when it is not YAML, or something else than keys with values and lists
   */
  static List<Entry> entries(IntFunction<String> places, String yaml) {
    try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
      return new YamlText(places, parser).root();
    } catch (JsonProcessingException e) {
      throw malformed(places, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RecipeException malformed(IntFunction<String> places, JsonProcessingException e) {
    String problem = e.getOriginalMessage();
    int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    Matcher matcher = PROBLEM.matcher(problem);
    while (matcher.find()) {
      problem = matcher.group(1);
      line = Integer.parseInt(matcher.group(2));
    }
    return new RecipeException(places.apply(line) + ": expected YAML, got: " + problem, e);
  }

  private List<Entry> root() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null || first == JsonToken.VALUE_NULL) {
      return List.of();
    }
    if (first != JsonToken.START_OBJECT) {
      throw new RecipeException(place() + ": expected keys with values such as 'epochs: 400', got "
          + (first == JsonToken.START_ARRAY ? "a list" : parser.getText()));
    }
    List<Entry> entries = new ArrayList<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      String place = place();
      entries.add(new Entry(key, value(parser.nextToken(), key, place), place));
    }
    if (parser.nextToken() != null) {
      throw new RecipeException(place() + ": expected one document, got a second one");
    }
    return entries;
  }

  private Written value(JsonToken token, String key, String place) throws IOException {
    if (token == JsonToken.START_OBJECT) {
      // timm writes the arguments that it was not given as {}
      require(parser.nextToken() == JsonToken.END_OBJECT, place, key, "keys within a key; recipes are flat");
      return Written.NOTHING;
    }
    if (token != JsonToken.START_ARRAY) {
      return scalar(token, key, place);
    }
    List<Written> items = new ArrayList<>();
    for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
      items.add(scalar(item, key, place));
    }
    return Written.list(items);
  }

  private Written scalar(JsonToken token, String key, String place) throws IOException {
    if (token == JsonToken.VALUE_NULL) {
      return Written.NOTHING;
    }
    require(token.isScalarValue(), place, key, "a list or keys within a list");
    require(!parser.isCurrentAlias() && parser.getTypeId() == null, place, key,
        "a YAML alias or tag; put it in quotes if it is meant as it stands");
    return Written.scalar(parser.getText());
  }

  private static void require(boolean condition, String place, String key, String got) {
    if (!condition) {
      throw new RecipeException(place + ": " + key + ": expected a value or a list of values, got " + got);
    }
  }

  private String place() {
    return places.apply(parser.currentTokenLocation().getLineNr());
  }
}
