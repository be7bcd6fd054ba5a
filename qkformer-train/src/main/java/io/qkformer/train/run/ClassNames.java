package io.qkformer.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qkformer.checkpoint.SafeTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The names of the classes in the metadata of weights, so that predictions can be told without the data set. */
public final class ClassNames {

  /** Under which a weights' file keeps them, as a JSON list in the order of the labels. */
  static final String KEY = "class_names";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int QUOTED = 100;

  private ClassNames() {
  }

  static String toJson(List<String> names) {
    try {
      return JSON.writeValueAsString(names);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a list of texts is JSON", e);
    }
  }

  /**
   * The names in a safetensors file that a run left, in the order of the labels; nothing in files of others.
   *
   * @throws IOException when the file cannot be read, is damaged, or what stands there is no list of names
   */
  public static Optional<List<String>> of(Path weights) throws IOException {
    String json = SafeTensors.readMetadata(weights).get(KEY);
    if (json == null) {
      return Optional.empty();
    }
    try {
      List<String> names = JSON.readValue(json, new TypeReference<List<String>>() { });
      if (names == null || names.isEmpty() || names.contains(null)) {
        throw noNames(weights, json, null);
      }
      return Optional.of(Collections.unmodifiableList(names));
    } catch (JsonProcessingException e) {
      throw noNames(weights, json, e);
    }
  }

  private static IOException noNames(Path weights, String json, Exception cause) {
    return new IOException(weights + ": expected a list of names under " + KEY + " in the metadata, got "
        + (json.length() > QUOTED ? json.substring(0, QUOTED) + "..." : json), cause);
  }
}
