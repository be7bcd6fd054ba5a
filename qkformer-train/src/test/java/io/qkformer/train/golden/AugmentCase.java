package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One golden case of augmentation and optimization; see the README beside the manifest.
 *
 * @param folder where the manifest and its files lie
 * @param node   the case in the manifest
 */
record AugmentCase(Path folder, JsonNode node) {

  private static final String FILE = "file";
  private static final String INDEX = "index";

  String id() {
    return required(node, "id").asText();
  }

  String kind() {
    return required(node, "kind").asText();
  }

  JsonNode params() {
    return required(node, "params");
  }

  /** A parameter that the case must have. */
  JsonNode param(String key) {
    return required(params(), key);
  }

  boolean hasParam(String key) {
    return params().hasNonNull(key);
  }

  /** An input array. */
  NpyArray input(String key) throws IOException {
    return array(required(required(node, "input"), key));
  }

  /** A file that an input names, for those that are no arrays. */
  Path inputFile(String key) {
    return folder.resolve(required(required(required(node, "input"), key), FILE).asText());
  }

  JsonNode expected() {
    return required(node, "expected");
  }

  boolean expects(String key) {
    return expected().has(key);
  }

  /** An expected array. */
  NpyArray expected(String key) throws IOException {
    return array(required(expected(), key));
  }

  /** An expected table. */
  JsonNode expectedTable(String key) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(required(required(expected(), key), FILE).asText()).toFile());
  }

  /** What {@code {"file": f, "index": i}} refers to; without an index the whole array. */
  NpyArray array(JsonNode reference) throws IOException {
    NpyArray whole = NpyArray.read(folder.resolve(required(reference, FILE).asText()));
    return reference.has(INDEX) ? whole.slice(reference.get(INDEX).asInt()) : whole;
  }

  /** The case's tolerance, where it is the same for all results. */
  Tolerance tolerance() {
    return Tolerance.of(required(node, "tolerance"));
  }

  /** The tolerance of one result. */
  Tolerance tolerance(String key) {
    return Tolerance.of(required(required(node, "tolerance"), key));
  }

  /** The tolerance in standard errors, of cases about distributions. */
  double standardErrors() {
    return required(required(node, "tolerance"), "standard_errors").asDouble();
  }

  /** A number that may be written as {@code "inf"} or {@code "-inf"}. */
  static double number(JsonNode value) {
    return switch (value.asText()) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> {
        assertThat(value.isNumber()).as("a number: %s", value).isTrue();
        yield value.asDouble();
      }
    };
  }

  private static JsonNode required(JsonNode parent, String key) {
    JsonNode value = parent.get(key);
    assertThat(value).as("%s of %s", key, parent).isNotNull();
    return value;
  }
}
