package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.checkpoint.SafeTensors;
import io.qkformer.model.HstConfig;
import io.qkformer.model.Preset;
import io.qkformer.model.QKFormer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {

  /** What the peer's lines hold, but for its own options. */
  private static final List<String> PEERS_FIELDS = List.of("case", "what", "batch", "T", "threads", "median_ms",
      "min_ms", "max_ms", "runs", "warmup_s", "images_per_s", "gflop_step", "gflop_s", "peak_rss_mb", "params");

  @TempDir
  private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    List<String> all = new ArrayList<>(List.of("bench"));
    all.addAll(List.of(args));
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
  }

  private JsonNode tiny(String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of("--case", "cifar128", "-T", "1", "--budget", "0", "--warm-up", "0",
        "--threads", "1"));
    args.addAll(List.of(more));
    assertThat(run(args.toArray(String[]::new))).as(err.toString()).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  @Test
  void printsThePeersFieldsOfATrainingStep() throws IOException {
    JsonNode line = tiny("--batch", "2");

    assertThat(line.fieldNames()).toIterable().containsAll(PEERS_FIELDS)
        .contains("qkformer", "kernels", "firing_rate", "firing_rates");
    assertThat(line.get("case").asText()).isEqualTo("cifar128");
    assertThat(line.get("what").asText()).isEqualTo("train");
    assertThat(line.get("runs").asInt()).isEqualTo(5);
    assertThat(line.get("params").asInt()).isEqualTo(752_666);
    // a fourth of T = 4's but for the head, of two samples
    assertThat(line.get("gflop_step").asDouble()).isEqualTo(2.023);
    assertThat(line.get("median_ms").asDouble()).isBetween(line.get("min_ms").asDouble(), line.get("max_ms").asDouble());
    assertThat(line.get("firing_rates").size()).isEqualTo(35);
    assertThat(line.get("firing_rates")).allSatisfy(rate -> assertThat(rate.asDouble()).isBetween(0.0, 1.0));
    assertThat(line.get("firing_rate").asDouble()).isBetween(0.02, 0.5);
  }

  @Test
  void latencyIsInferenceOfOneSample() throws IOException {
    JsonNode line = tiny("--latency");

    assertThat(line.get("what").asText()).isEqualTo("infer");
    assertThat(line.get("batch").asInt()).isEqualTo(1);
    assertThat(line.get("gflop_step").asDouble()).isEqualTo(0.337);
    assertThat(line.get("firing_rate_end").asDouble()).isEqualTo(line.get("firing_rate").asDouble());
  }

  @Test
  void reportsResidentMemoryOfANumberOfSteps() throws IOException {
    JsonNode line = tiny("--what", "infer", "--batch", "1", "--steps", "16");

    assertThat(line.get("runs").asInt()).isEqualTo(6);
    if (!line.get("peak_rss_mb").isNull()) {
      assertThat(line.get("rss_mb_step_10").asDouble()).isPositive();
      assertThat(line.get("rss_mb_end").asDouble()).isPositive();
    }
  }

  @Test
  void takesWeightsAndDrawnImagesAndShowsThem() throws IOException {
    HstConfig config = Preset.HST_4_384_CIFAR10.config();
    Path weights = folder.resolve("weights.safetensors");
    ModelWeights.save(weights, new QKFormer(config, 0), Map.of());
    assertThat(run("--case", "cifar128", "--weights", weights.toString())).isEqualTo(2);
    assertThat(err.toString()).contains(weights.toString()).contains("misshapen");

    Path input = folder.resolve("input.safetensors");
    tiny("--what", "infer", "--batch", "2", "--input", "shapes", "--export-input", input.toString());
    assertThat(SafeTensors.read(input).get("images").shape()).containsExactly(2, 3, 32, 32);
  }

  @Test
  void timesStepsWithAndWithoutMonitorsInTurn() throws IOException {
    JsonNode line = tiny("--monitors", "--batch", "1");

    assertThat(line.get("batch").asInt()).isEqualTo(1);
    for (String phase : List.of("train", "evaluate")) {
      JsonNode states = line.get(phase);
      for (String state : List.of("closed", "attached")) {
        JsonNode time = states.get(state).get("time");
        assertThat(time.get("rounds").asInt()).isEqualTo(6);
        assertThat(time.get("ratio").asDouble()).isPositive()
            .isBetween(time.get("low").asDouble(), time.get("high").asDouble());
      }
      assertThat(states.get("never_attached").has("time")).isFalse();
      // bytes differ by what was compiled meanwhile; what a monitor saw does not
      assertThat(states.get("attached").get("layers").asInt()).isGreaterThan(20);
      assertThat(states.get("closed").get("layers").asInt()).isZero();
      assertThat(states.get("never_attached").get("layers").asInt()).isZero();
      assertThat(states.get("attached").get("bytes").asLong()).isPositive();
    }
    assertThat(run("--case", "cifar128", "--monitors", "--steps", "16")).isEqualTo(2);
    assertThat(err.toString()).contains("--monitors times training steps and evaluation passes");
  }

  @Test
  void refusesBadArguments() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("--case or --kernels");
    assertThat(run("--case", "cifar512")).isEqualTo(2);
    assertThat(err.toString()).contains("cifar512").containsIgnoringCase("cifar384");
    assertThat(run("--case", "cifar128", "--batch", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--batch must be at least 1, got 0");
    assertThat(run("--case", "cifar128", "--latency", "--what", "train")).isEqualTo(2);
    assertThat(err.toString()).contains("--latency is inference");
    assertThat(run("--case", "cifar128", "--batch", "1", "-T", "1", "--steps", "5")).isEqualTo(2);
    assertThat(err.toString()).contains("steps must be at least 15");
    assertThat(run("--case", "gesture", "--input", "shapes", "--batch", "1")).isEqualTo(2);
    assertThat(err.toString()).contains("event frames");
  }
}
