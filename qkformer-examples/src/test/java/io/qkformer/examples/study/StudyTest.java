package io.qkformer.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.attention.AttentionKind;
import io.qkformer.examples.baseline.BaselineConfig;
import io.qkformer.examples.baseline.Classifier;
import io.qkformer.examples.baseline.Spikformer;
import io.qkformer.layer.StateVisitor;
import io.qkformer.model.Form;
import io.qkformer.model.QKFormer;
import io.qkformer.model.StageConfig;
import io.qkformer.train.recipe.RecipeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyTest {

  private static final String SMALL = """
      title: Heads
      base: shapes
      common: {epochs: 2, dim: [16, 16, 32]}
      seeds: [1, 2]
      paper: [CIFAR-100, CIFAR10-DVS]
      variants:
        - name: 1 head
          paper: [81.15, null]
          keys: {num_heads: 1}
        - name: 2 heads
          keys: {num_heads: 2, epochs: 3}
      """;

  @TempDir
  private Path folder;

  private static Study read(String yaml) {
    return StudyReader.read("own", "own.yml", yaml);
  }

  private static void fails(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml)).isInstanceOf(RecipeException.class).hasMessage(message);
  }

  @Test
  void readsRowsInTheirOrder() {
    Study study = read(SMALL);
    assertThat(study.seeds()).containsExactly(1L, 2L);
    assertThat(study.common()).containsExactly("epochs=2", "dim=[16, 16, 32]");
    assertThat(study.variants()).extracting(Variant::id).containsExactly("1-head", "2-heads");
    assertThat(study.variants().get(0).paper()).containsExactly(OptionalDouble.of(81.15), OptionalDouble.empty());
    assertThat(study.variants().get(1).paper()).containsExactly(OptionalDouble.empty(), OptionalDouble.empty());
  }

  @Test
  void aVariantsKeysCountBeforeTheCommandLinesAndTheseBeforeTheStudys() throws IOException {
    List<StudyRun> runs = StudyRun.plan(read(SMALL), List.of("epochs=5", "dim=64"), folder);

    assertThat(runs).extracting(StudyRun::label)
        .containsExactly("1 head, seed 1", "2 heads, seed 1", "1 head, seed 2", "2 heads, seed 2");
    assertThat(runs).extracting(run -> run.recipe().schedule().totalEpochs()).containsExactly(5, 3, 5, 3);
    assertThat(runs).extracting(run -> run.recipe().run().seed()).containsExactly(1L, 1L, 2L, 2L);
    assertThat(runs.get(3).folder()).isEqualTo(folder.resolve("2-heads-seed-2"));
    assertThat(runs.get(0).recipe().model().architecture().stages()).extracting(StageConfig::width)
        .containsExactly(16, 32, 64);
  }

  @Test
  void mistakesNameTheirLine() {
    fails(SMALL.replace("variants:", "varients:"), "own.yml, line 6: unknown key varients; did you mean variants?");
    fails(SMALL.replace("    keys: {num_heads: 1}", "    sets: {num_heads: 1}"),
        "own.yml, line 9: unknown key sets; expected one of name, paper, keys, events");
    fails(SMALL.replace("[81.15, null]", "[81.15]"),
        "own.yml, line 8: paper: expected a number or null for each of [CIFAR-100, CIFAR10-DVS], got a list");
    fails(SMALL.replace("81.15", "811.5"), "own.yml, line 8: paper: expected accuracies from 0 to 100, or null, got 811.5");
    fails(SMALL.replace("[1, 2]", "[1, two]"), "own.yml, line 4: seeds: expected whole numbers, got two");
    fails(SMALL.replace("[1, 2]", "[1, 1]"), "own.yml: seeds: expected at least one, each once, got [1, 1]");
    fails(SMALL.replace("base: shapes", "base:"), "own.yml, line 1: base: expected one, got none");
    fails(SMALL.replace("2 heads", "1-head"), "own.yml: name: expected names that differ in letters or digits, which "
        + "name the run folders, got 1-head");
    fails(SMALL + "title: again\n", "own.yml, line 12: title: expected each key once, got it again");
    fails(SMALL.replace("{num_heads: 1}", "{num_heads: {a: 1}}"),
        "own.yml, line 9: num_heads: expected a value or a list of values, got keys");
    assertThatThrownBy(() -> read("title: [")).isInstanceOf(RecipeException.class).hasMessageStartingWith("own.yml, line ");
    assertThatThrownBy(() -> read("")).isInstanceOf(RecipeException.class).hasMessageContaining("expected the keys title");
  }

  @Test
  void mistakesInKeysOfRecipesNameTheVariant() {
    assertThatThrownBy(() -> StudyRun.plan(read(SMALL.replace("num_heads: 2", "num_hads: 2")), List.of(), folder))
        .isInstanceOf(RecipeException.class).hasMessageStartingWith("study own, 2 heads: ")
        .hasMessageContaining("unknown key num_hads; did you mean num_heads?");
    assertThatThrownBy(() -> StudyRun.plan(read(SMALL.replace("num_heads: 2", "num_heads: 3")), List.of(), folder))
        .isInstanceOf(RecipeException.class).hasMessageContaining("2 heads");
  }

  @Test
  void readsFilesToo() throws IOException {
    Path file = Files.writeString(folder.resolve("heads.yml"), SMALL);
    assertThat(Study.named(file.toString()).id()).isEqualTo("heads");
    assertThatThrownBy(() -> Study.named("table7")).isInstanceOf(RecipeException.class)
        .hasMessageContaining("unknown study table7").hasMessageContaining("table4, table5, table6, table9");
  }

  @Test
  void thePapersStudiesHaveItsRows() throws IOException {
    for (String name : Study.BUILTIN) {
      Study study = Study.named(name);
      assertThat(study.seeds()).as(name).hasSize(3);
      assertThat(StudyRun.plan(study, List.of(), folder)).hasSize(3 * study.variants().size());
    }
    assertThat(Study.named("table5").variants()).extracting(Variant::name)
        .containsExactly("T = 1", "T = 2", "T = 4", "T = 6");
    List<StudyRun> attention = StudyRun.plan(Study.named("table6").withSeeds(List.of(1L)), List.of(), folder);
    assertThat(attention.get(2).recipe().model().architecture().stages()).extracting(StageConfig::attention)
        .containsExactly(AttentionKind.QKTA, AttentionKind.QKTA, AttentionKind.QKCA);
    assertThat(attention.get(0).variant().paper().get(0)).hasValue(81.15);
  }

  /** Both of Table 4 have the same tokens before attention. */
  @Test
  void theEmbeddingsOfTable4LeaveTheSameTokens() throws IOException {
    assertThat(StudyRun.plan(Study.named("table4").withSeeds(List.of(1L)), List.of(), folder))
        .extracting(run -> run.recipe().model().architecture().totalStride()).containsOnly(4);
  }

  /** As many stages as the recipe of events has, with the paper's meaning. */
  @Test
  void table6MeansTheSameOfTwoStages() throws IOException {
    assertThat(eventRuns("table6", List.of())).extracting(run -> run.recipe().model().architecture().stages().stream()
        .map(StageConfig::attention).toList()).containsExactly(
            List.of(AttentionKind.QKTA, AttentionKind.SSA), List.of(AttentionKind.QKCA, AttentionKind.SSA),
            List.of(AttentionKind.QKTA, AttentionKind.QKCA), List.of(AttentionKind.SSA, AttentionKind.SSA),
            List.of(AttentionKind.QKCA, AttentionKind.QKCA), List.of(AttentionKind.QKTA, AttentionKind.QKTA));
  }

  /** Spikformer-2-256 as Table 3 counts it, and the same tokens behind PEDS. */
  @Test
  void table4OfEventsPoolsFourTimes() throws IOException {
    List<StudyRun> runs = eventRuns("table4", List.of("dim=256", "num_heads=16", "mlp_ratio=4", "img_size=128"));
    assertThat(runs).extracting(run -> run.recipe().model().architecture().totalStride()).containsOnly(16);
    assertThat(runs).extracting(run -> run.recipe().model().architecture().form())
        .containsExactly(Form.SPIKFORMER_EVENTS, Form.EVENTS);
    QKFormer recipe = new QKFormer(runs.get(0).recipe().model().config(10), 0);
    Classifier baseline = Spikformer.create(new BaselineConfig(BaselineConfig.Input.EVENTS, 2, 256, 16, 10), 0);
    assertThat(recipe.parameterCount()).isEqualTo(baseline.parameterCount()).isEqualTo(2_566_666);
    assertThat(names(recipe::visit)).containsExactlyElementsOf(names(baseline::visit));
  }

  private List<StudyRun> eventRuns(String study, List<String> overrides) throws IOException {
    return StudyRun.plan(Study.named(study).withBase("gestures-simulated").withSeeds(List.of(1L)), overrides, folder);
  }

  private static List<String> names(BiConsumer<String, StateVisitor> visited) {
    List<String> names = new ArrayList<>();
    visited.accept("", (name, parameter) -> names.add(name + ' ' + Arrays.toString(parameter.value().shape())));
    return names;
  }

  @Test
  void variantsMayHaveOtherKeysOnEvents() throws IOException {
    Study study = read(SMALL.replace("keys: {num_heads: 1}", "keys: {num_heads: 1}\n    events: {num_heads: 4}")
        .replace("dim: [16, 16, 32]", "dim: 32"));
    assertThat(StudyRun.plan(study, List.of(), folder).get(0).recipe().model().architecture().stages())
        .extracting(StageConfig::heads).containsOnly(1);
    assertThat(StudyRun.plan(study.withBase("gestures-simulated"), List.of(), folder).subList(0, 2))
        .extracting(run -> run.recipe().model().architecture().stages().get(0).heads()).containsExactly(4, 2);
    assertThatThrownBy(() -> study.withBase("gestures-simulated").changes(List.of("epocs=3")))
        .isInstanceOf(RecipeException.class).hasMessageStartingWith("study own: ").hasMessageContaining("epochs");
  }

  @Test
  void spreadsAreSampleDeviations() {
    assertThat(Spread.of(List.of(1.0, 2.0, 4.5)).text()).isEqualTo("2.50 ± 1.80");
    assertThat(Spread.of(List.of(7.0)).text()).isEqualTo("7.00");
    assertThat(Spread.of(List.of()).text()).isEqualTo("-");
  }
}
