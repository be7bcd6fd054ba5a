package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One case: its configuration, its tensors, and the comparison with the README's tolerances. */
final class GoldenCase {

  private final Path folder;
  private final JsonNode node;
  private final Map<String, GoldenTensor> tensors = new LinkedHashMap<>();
  private final Map<String, Double> err32 = new LinkedHashMap<>();
  private final List<String> compared = new ArrayList<>();

  GoldenCase(Path folder, JsonNode node) throws IOException {
    this.folder = folder;
    this.node = node;
    for (JsonNode tensor : node.get("tensors")) {
      err32.put(tensor.get("name").asText(), tensor.path("err32").asDouble(0));
    }
    try (ZipFile zip = new ZipFile(folder.resolve(node.get("file").asText()).toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        if (entry.getName().endsWith(".npy")) {
          String name = entry.getName().substring(0, entry.getName().length() - ".npy".length());
          tensors.put(name, GoldenTensor.read(zip.getInputStream(entry)));
        }
      }
    }
    assertThat(tensors.keySet()).containsExactlyInAnyOrderElementsOf(err32.keySet());
  }

  String name() {
    return node.get("name").asText();
  }

  String kind() {
    return node.get("kind").asText();
  }

  JsonNode config(String key) {
    JsonNode value = node.get("config").get(key);
    assertThat(value).as("config.%s of %s", key, name()).isNotNull();
    return value;
  }

  boolean hasConfig(String key) {
    return node.get("config").has(key);
  }

  Path file(String key) {
    return folder.resolve(config(key).asText());
  }

  boolean has(String tensor) {
    return tensors.containsKey(tensor);
  }

  List<String> tensorNames() {
    return List.copyOf(tensors.keySet());
  }

  GoldenTensor tensor(String tensor) {
    GoldenTensor found = tensors.get(tensor);
    assertThat(found).as("tensor %s of %s", tensor, name()).isNotNull();
    return found;
  }

  INDArray array(String tensor) {
    return tensor(tensor).toArray();
  }

  /** Compares a float32 result: 4 * err32 + 1e-6 * absmax + 1e-7. */
  void check(String tensor, INDArray actual) {
    GoldenTensor expected = tensor(tensor);
    assertThat(actual.shape()).as("shape of %s", tensor).isEqualTo(expected.shape());
    float[] flat = actual.castTo(DataType.FLOAT).dup('c').reshape(actual.length()).toFloatVector();
    double[] values = new double[flat.length];
    for (int i = 0; i < flat.length; i++) {
      values[i] = flat[i];
    }
    check(tensor, values);
  }

  /** As {@link #check(String, INDArray)}, for a scalar. */
  void check(String tensor, double actual) {
    check(tensor, new double[] {actual});
  }

  private void check(String tensor, double[] actual) {
    check(tensor, actual, 4 * err32.get(tensor) + 1e-6 * absoluteMaximum(tensor) + 1e-7);
  }

  /** Compares within a float64 tolerance: 1e-9 * absmax + 1e-11. */
  void check64(String tensor, double[] actual) {
    check(tensor, actual, 1e-9 * absoluteMaximum(tensor) + 1e-11);
  }

  private void check(String tensor, double[] actual, double tolerance) {
    double[] expected = tensor(tensor).values();
    assertThat(actual).as("length of %s", tensor).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i]))
          .as("%s: %s[%d] is %s, expected %s", name(), tensor, i, actual[i], expected[i])
          .isLessThanOrEqualTo(tolerance);
    }
    compared.add(tensor);
  }

  /** A gradient that is zero in theory: rounding noise up to a thousandth of the case's largest gradient is right. */
  void checkNegligible(String tensor, INDArray actual) {
    double largest = tensors.keySet().stream().filter(name -> name.startsWith("grad/"))
        .mapToDouble(this::absoluteMaximum).max().orElseThrow();
    assertThat(actual.amaxNumber().doubleValue()).as(tensor).isLessThanOrEqualTo(1e-3 * largest);
    compared.add(tensor);
  }

  private double absoluteMaximum(String tensor) {
    double max = 0;
    for (double value : tensor(tensor).values()) {
      max = Math.max(max, Math.abs(value));
    }
    return max;
  }

  /** Marks an expectation that float32 cannot meet by its nature, with the README's or the manifest's leave. */
  void leaveOut(String tensor) {
    assertThat(tensors).containsKey(tensor);
    compared.add(tensor);
  }

  /** Fails unless every expectation of the case was compared. */
  void checkComplete() {
    List<String> expected = tensors.keySet().stream()
        .filter(name -> name.startsWith("out/") || name.startsWith("grad/")).toList();
    assertThat(compared).as("expectations of %s that were compared", name()).containsAll(expected);
  }
}
