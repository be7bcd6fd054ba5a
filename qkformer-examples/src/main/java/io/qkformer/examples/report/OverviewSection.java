package io.qkformer.examples.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qkformer.model.HstConfig;
import io.qkformer.model.StageConfig;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.run.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the run is: model, data, length, machine, and what it came to. */
final class OverviewSection implements ReportSection {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double SECONDS_A_MINUTE = 60;
  private static final double MILLION = 1e6;

  @Override
  public String id() {
    return "overview";
  }

  @Override
  public String title() {
    return "Overview";
  }

  @Override
  public Optional<String> html(ReportedRun run) throws IOException {
    List<String[]> facts = new ArrayList<>();
    EpochMetrics best = run.best();
    EpochMetrics last = run.epochs().get(run.epochs().size() - 1);
    int epochs = run.recipe().schedule().totalEpochs();
    TestPredictions predictions = run.predictions();
    fact(facts, "Epochs", (last.epoch() + 1) + " of " + epochs + (last.epoch() + 1 < epochs ? " (not finished)" : ""));
    fact(facts, "Best test top-1", Html.number("%.2f %% after epoch %d", best.rankedTop1(), best.epoch()));
    fact(facts, "Last test top-1", Html.number("%.2f %%, top-5 %.2f %%, loss %.4f", last.rankedTop1(),
        last.eval().top5(), last.eval().loss()));
    fact(facts, "This report", Html.number("%.2f %% of %d test %s, with the weights after the best epoch",
        100 * predictions.accuracy(), predictions.all().size(), run.word().many()));
    fact(facts, "Model", describe(run.model().config()));
    fact(facts, "Parameters", Html.number("%,d (%.2f M)", run.model().parameterCount(),
        run.model().parameterCount() / MILLION));
    fact(facts, "Data", run.test().name() + ", " + run.classNames().size() + " classes");
    fact(facts, "Training time", Html.number("%.1f min (mean %.0f %s/s)", run.epochs().stream()
        .mapToDouble(EpochMetrics::seconds).sum() / SECONDS_A_MINUTE, run.epochs().stream()
        .mapToDouble(EpochMetrics::imagesPerSecond).average().orElse(Double.NaN), run.word().many()));
    environment(run.folder().resolve(RunFiles.ENVIRONMENT), facts);
    return Optional.of(Html.facts(facts));
  }

  private static void fact(List<String[]> facts, String name, String value) {
    facts.add(new String[] {name, value});
  }

  private static String describe(HstConfig model) {
    return model.form() + ", " + model.height() + "x" + model.width() + ", T = " + model.timeSteps() + ", stages "
        + model.stages().stream().map(OverviewSection::describe).collect(Collectors.joining(" \u2192 ")) + ", neurons "
        + model.neuron().model();
  }

  private static String describe(StageConfig stage) {
    return stage.depth() + " x " + stage.attention() + " (" + stage.width() + " channels, " + stage.heads() + " heads)";
  }

  /** The last session's; a folder without the file has none. */
  private static void environment(Path file, List<String[]> facts) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    JsonNode sessions = JSON.readTree(file.toFile()).path("sessions");
    JsonNode session = sessions.path(sessions.size() - 1);
    fact(facts, "Machine", session.path("processors").asText() + " processors, " + session.path("threads").asText()
        + " threads, kernels " + session.path("kernels").asText() + ", " + session.path("os").asText());
    fact(facts, "Software", "QKFormer " + session.path("library").asText() + " (" + session.path("commit").asText()
        + "), Java " + session.path("java").asText());
    fact(facts, "Sessions", sessions.size() + ", the first from " + sessions.path(0).path("started").asText());
    List<String> words = new ArrayList<>();
    session.path("command").forEach(word -> words.add(word.asText()));
    fact(facts, "Command", String.join(" ", words));
  }
}
