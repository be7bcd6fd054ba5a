package io.qkformer.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Whoever sets a key that the chosen schedule does not heed is told so, once for all of them. */
class UnusedScheduleKeysTest {

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    ((Logger) LoggerFactory.getLogger(RecipeReader.class)).addAppender(log);
  }

  @AfterEach
  void listenNoMore() {
    ((Logger) LoggerFactory.getLogger(RecipeReader.class)).detachAppender(log);
  }

  private List<String> warnings() {
    return log.list.stream().filter(event -> event.getLevel() == Level.WARN).map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private void warnsOf(String yaml, String remarks) {
    log.list.clear();
    Recipes.parse("r.yml", "lr: 1\nepochs: 20\n" + yaml, List.of());
    assertThat(warnings()).containsExactly("r.yml: these keys have no effect: " + remarks);
  }

  @Test
  void keysOfOtherSchedulesAreNamedInOneWarning() {
    warnsOf("sched: step\ncooldown_epochs: 10\nmin_lr: 1e-5\nwarmup_epochs: 3",
        "min_lr (of sched cosine, mae, not of step), cooldown_epochs (of sched cosine, not of step)");
    warnsOf("sched: mae\ncooldown_epochs: 10\nlr_k_decay: 2\nmin_lr: 1e-5",
        "cooldown_epochs (of sched cosine, not of mae), lr_k_decay (of sched cosine, not of mae)");
    warnsOf("sched: constant\nwarmup_epochs: 3\nwarmup_lr: 1e-6\nmin_lr: 1e-5\nsched_on_updates: true",
        "min_lr (of sched cosine, mae, not of constant), warmup_epochs (of sched cosine, mae, step, not of constant), "
            + "warmup_lr (of sched cosine, mae, step, not of constant), "
            + "sched_on_updates (of sched cosine, mae, step, not of constant)");
    warnsOf("decay_epochs: 30\ndecay_rate: 0.2\ncooldown_epochs: 10\namp: true",
        "amp (all is computed in float32), decay_epochs (of sched step, not of cosine), "
            + "decay_rate (of sched step, not of cosine)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cosine", "mae", "step", "constant"})
  void theRecipeOfARunIsReadWithoutAWarning(String sched) {
    Recipe recipe = Recipes.parse("r.yml", "lr: 1\nsched: " + sched, List.of());
    assertThat(Recipes.parse("recipe.yml", Recipes.toYaml(recipe, "all keys"), List.of())).isEqualTo(recipe);
    assertThat(warnings()).isEmpty();
  }

  @Test
  void theLibrarysRecipesSetNothingInVain() {
    Recipes.builtinNames().forEach(name -> Recipes.builtin(name, List.of()));
    assertThat(warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"90, 0", "100.0, 0.0"})
  void theDefaultsOfADumpNeedNoWarning(String decayEpochs, String minLr) {
    Recipes.parse("args.yaml", "lr: 1\nsched: cosine\ndecay_epochs: " + decayEpochs + "\ndecay_rate: 0.1\nmin_lr: "
        + minLr + "\nwarmup_prefix: false", List.of());
    assertThat(warnings()).isEmpty();
  }
}
