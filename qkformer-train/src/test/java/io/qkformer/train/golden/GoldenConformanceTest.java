package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qkformer.kernel.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every case of the golden vectors of the model, one test per case. A case of an unknown kind fails. */
@Tag("golden")
class GoldenConformanceTest {

  /** Runs one kind of case. */
  interface Runner {
    void run(GoldenCase golden, Engine engine) throws Exception;
  }

  private static final Map<String, Runner> RUNNERS = Map.ofEntries(
      Map.entry("neuron", LayerCases::neuron),
      Map.entry("batchnorm", LayerCases::batchNorm),
      Map.entry("conv", LayerCases::convolution),
      Map.entry("linear", LayerCases::linear),
      Map.entry("maxpool", LayerCases::maxPool),
      Map.entry("attention-core", LayerCases::attentionCore),
      Map.entry("chain", ModuleCases::chain),
      Map.entry("peds", ModuleCases::peds),
      Map.entry("qk-attention", ModuleCases::qkAttention),
      Map.entry("ssa", ModuleCases::ssa),
      Map.entry("smlp", ModuleCases::smlp),
      Map.entry("block", ModuleCases::block),
      Map.entry("checkpoint", CheckpointCases::checkpoint),
      Map.entry("model", ModelCases::model));

  private static Engine engine;

  @BeforeAll
  static void createEngine() {
    engine = Engine.create();
  }

  @AfterAll
  static void closeEngine() {
    engine.close();
  }

  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    Path folder = GoldenFolder.of("model");
    List<JsonNode> nodes = GoldenFolder.cases(folder);
    assertThat(nodes).as("cases in %s", folder).isNotEmpty();
    return nodes.stream().map(node -> DynamicTest.dynamicTest(node.get("name").asText(), () -> {
      GoldenCase golden = new GoldenCase(folder, node);
      assertThat(RUNNERS).as("known kinds of golden cases").containsKey(golden.kind());
      RUNNERS.get(golden.kind()).run(golden, engine);
      golden.checkComplete();
    }));
  }

  @Test
  void anUnknownKindIsNoKnownOne() {
    assertThat(RUNNERS).doesNotContainKey("unheard-of");
  }
}
