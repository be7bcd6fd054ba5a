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
import java.util.Optional;
import java.util.stream.Stream;

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
    Path shared = shared(part);
    return Files.exists(shared.resolve(MANIFEST)) ? shared : resources(part);
  }

  /** As {@link #of}, for a part that the test resources do not hold: empty when it is nowhere. */
  static Optional<Path> find(String part) throws IOException {
    String named = System.getProperty("qkformer.golden", "");
    Path folder = named.isBlank() ? shared(part) : Path.of(named, part);
    if (!named.isBlank() && !holdsAnyPart(Path.of(named))) {
      throw new IllegalStateException("no golden cases in " + Path.of(named).toAbsolutePath()
          + ", which -Dqkformer.golden names");
    }
    return Files.exists(folder.resolve(MANIFEST)) ? Optional.of(folder) : Optional.empty();
  }

  private static boolean holdsAnyPart(Path golden) throws IOException {
    if (!Files.isDirectory(golden)) {
      return false;
    }
    try (Stream<Path> parts = Files.list(golden)) {
      return parts.anyMatch(part -> Files.exists(part.resolve(MANIFEST)));
    }
  }

  private static Path shared(String part) {
    return Path.of(System.getProperty("qkformer.shared", "../../shared"), "golden", part);
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
