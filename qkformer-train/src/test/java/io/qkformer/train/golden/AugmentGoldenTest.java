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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every golden case of augmentation and optimization, one test per case. A case of an unknown kind fails. */
@Tag("golden")
class AugmentGoldenTest {

  /** Runs one kind of case. */
  interface Runner {
    void run(AugmentCase golden) throws Exception;
  }

  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    Optional<Path> folder = GoldenFolder.find("augment");
    if (folder.isEmpty()) {
      // a test of its own: a factory that aborts is missing in the report
      return Stream.of(DynamicTest.dynamicTest("absent", () -> Assumptions.abort(
          "no golden cases of augmentation here; name their folder with -Dqkformer.golden=DIR (DIR/augment)")));
    }
    List<JsonNode> nodes = GoldenFolder.cases(folder.get());
    assertThat(nodes).as("cases in %s", folder.get()).isNotEmpty();
    Map<String, Runner> runners = runners();
    return nodes.stream().map(node -> new AugmentCase(folder.get(), node))
        .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> {
          assertThat(runners).as("known kinds of golden cases").containsKey(golden.kind());
          runners.get(golden.kind()).run(golden);
        }));
  }

  @Test
  void noKindHasTwoRunnersOrAnUnheardOfName() {
    assertThat(runners()).hasSize(ImageCases.RUNNERS.size() + OptimizationCases.RUNNERS.size())
        .doesNotContainKey("unheard-of");
  }

  private static Map<String, Runner> runners() {
    Map<String, Runner> runners = new HashMap<>(ImageCases.RUNNERS);
    runners.putAll(OptimizationCases.RUNNERS);
    return runners;
  }
}
