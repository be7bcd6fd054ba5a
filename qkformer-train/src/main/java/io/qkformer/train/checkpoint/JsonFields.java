package io.qkformer.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A JSON object that is read strictly: each field must be there with its type, none twice and none besides. What is
 * wrong is said by an IllegalArgumentException, which names the field.
 */
final class JsonFields {

  private static final ObjectMapper JSON = JsonMapper.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .enable(SerializationFeature.INDENT_OUTPUT)
      .build();

  private final String where;
  private final JsonNode object;
  private final Set<String> read = new LinkedHashSet<>();

  private JsonFields(String where, JsonNode object) {
    if (!object.isObject()) {
      throw new IllegalArgumentException(where + "is not a JSON object");
    }
    this.where = where;
    this.object = object;
  }

  static JsonFields parse(byte[] bytes) {
    try {
      return new JsonFields("", JSON.readTree(bytes));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory cannot fail", e);
    }
  }

  static ObjectNode newObject() {
    return JSON.createObjectNode();
  }

  /** As indented text with a newline at its end; the order of the fields is kept. */
  static byte[] bytes(ObjectNode object) {
    try {
      byte[] text = JSON.writeValueAsBytes(object);
      byte[] line = Arrays.copyOf(text, text.length + 1);
      line[text.length] = '\n';
      return line;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  String text(String name) {
    return field(name, JsonNode::isTextual, "text").textValue();
  }

  long integer(String name) {
    return field(name, node -> node.isIntegralNumber() && node.canConvertToLong(), "an integer").longValue();
  }

  int smallInteger(String name) {
    return field(name, node -> node.isIntegralNumber() && node.canConvertToInt(), "an integer of 32 bits").intValue();
  }

  double number(String name) {
    return field(name, JsonNode::isNumber, "a number").doubleValue();
  }

  JsonFields object(String name) {
    return new JsonFields(where + name + ".", field(name, JsonNode::isObject, "an object"));
  }

  Map<String, String> texts(String name) {
    JsonFields fields = object(name);
    Map<String, String> texts = new LinkedHashMap<>();
    fields.object.fieldNames().forEachRemaining(key -> texts.put(key, fields.text(key)));
    return texts;
  }

  List<JsonFields> objects(String name) {
    List<JsonFields> objects = new ArrayList<>();
    for (JsonNode node : field(name, JsonNode::isArray, "an array")) {
      objects.add(new JsonFields(where + name + "[" + objects.size() + "].", node));
    }
    return objects;
  }

  /** Refuses fields that were not read. */
  void requireNoMore() {
    object.fieldNames().forEachRemaining(name -> {
      if (!read.contains(name)) {
        throw new IllegalArgumentException("has the unknown field " + where + name);
      }
    });
  }

  private JsonNode field(String name, Predicate<JsonNode> fits, String expected) {
    JsonNode node = object.get(name);
    if (node == null) {
      throw new IllegalArgumentException("lacks " + where + name);
    }
    if (!fits.test(node)) {
      throw new IllegalArgumentException("expected " + where + name + " to be " + expected + ", got " + node);
    }
    read.add(name);
    return node;
  }
}
