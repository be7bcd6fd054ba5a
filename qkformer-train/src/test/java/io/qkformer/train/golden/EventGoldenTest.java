package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Every golden case of event cameras, one test per case. A case of an unknown kind fails. */
@Tag("golden")
class EventGoldenTest {

  private static final Map<String, AugmentGoldenTest.Runner> RUNNERS = runners();

  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    Optional<Path> folder = folder();
    if (folder.isEmpty()) {
      return Stream.of(DynamicTest.dynamicTest("absent", () -> Assumptions.abort(
          "no golden cases of events in the folder that -Dqkformer.golden names")));
    }
    List<JsonNode> nodes = GoldenFolder.cases(folder.get());
    assertThat(nodes).as("cases in %s", folder.get()).isNotEmpty();
    return nodes.stream().map(node -> new AugmentCase(folder.get(), node))
        .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> {
          assertThat(RUNNERS).as("known kinds of golden cases").containsKey(golden.kind());
          RUNNERS.get(golden.kind()).run(golden);
        }));
  }

  /** The named folder, else the shared one, else the few cases among the test resources. */
  private static Optional<Path> folder() throws IOException {
    Optional<Path> found = GoldenFolder.find("events");
    boolean named = !System.getProperty("qkformer.golden", "").isBlank();
    return found.isPresent() || named ? found : Optional.of(GoldenFolder.of("events"));
  }

  private static Map<String, AugmentGoldenTest.Runner> runners() {
    Map<String, AugmentGoldenTest.Runner> runners = new HashMap<>(EventReadCases.RUNNERS);
    runners.putAll(EventFrameCases.RUNNERS);
    runners.putAll(EventSplitCases.RUNNERS);
    runners.putAll(ClipCases.RUNNERS);
    return Map.copyOf(runners);
  }
}
