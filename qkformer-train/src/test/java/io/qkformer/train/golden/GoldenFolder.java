package io.qkformer.train.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where the golden vectors lie: {@code -Dqkformer.golden=DIR}, else ../shared/golden, else the test resources. */
final class GoldenFolder {

  private static final String MANIFEST = "manifest.json";

  private GoldenFolder() {
  }

  /** The folder of one part, such as {@code model}; a DIR that was named must hold it. */
  static Path of(String part) {
    String named = System.getProperty("qkformer.golden", "");
    if (!named.isBlank()) {
      Path folder = Path.of(named, part);
      if (!Files.exists(folder.resolve(MANIFEST))) {
        throw new IllegalStateException("no " + MANIFEST + " in " + folder.toAbsolutePath()
            + ", which -Dqkformer.golden names");
      }
      return folder;
    }
    Path shared = Path.of(System.getProperty("qkformer.shared", "../../shared"), "golden", part);
    return Files.exists(shared.resolve(MANIFEST)) ? shared : resources(part);
  }

  private static Path resources(String part) {
    URL manifest = GoldenFolder.class.getResource("/golden/" + part + "/" + MANIFEST);
    try {
      return Path.of(manifest.toURI()).getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<JsonNode> cases(Path folder) throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    new ObjectMapper().readTree(folder.resolve(MANIFEST).toFile()).get("cases").forEach(cases::add);
    return cases;
  }
}
