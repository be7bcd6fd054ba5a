package io.qkformer.train.recipe;

import io.qkformer.train.optimize.RateUpdate;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import static org.assertj.core.api.Assertions.assertThat;


/** What YAML 1.1, YAML 1.2 and Python disagree about. */
class YamlSpellingTest {

  private static Recipe parse(String yaml) {
    return Recipes.parse("r.yml", yaml, List.of());
  }

  @ParameterizedTest
  @CsvSource({"6e-2, 0.06", "1e-3, 0.001", "1E-3, 0.001", ".5, 0.5", "0., 0", "5., 5", "+0.25, 0.25", "'\"0.1\"', 0.1",
      "3, 3", "00.5, 0.5", "1e+2, 100", "0, 0"})
  void numbersAreNumbersHoweverTheyAreWritten(String written, double value) {
    assertThat(parse("lr: 10\nwarmup_epochs: 0\nweight_decay: " + written).optimizer().weightDecay()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "True", "TRUE", "yes", "Yes", "on", "ON", "y"})
  void allWordsForTrueAreTrue(String written) {
    assertThat(parse("lr: 1\nsched_on_updates: " + written).rateUpdate()).isEqualTo(RateUpdate.PER_STEP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "False", "no", "off", "Off", "N"})
  void allWordsForFalseAreFalse(String written) {
    assertThat(parse("lr: 1\nsched: mae\nsched_on_updates: " + written).rateUpdate()).isEqualTo(RateUpdate.PER_EPOCH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "Null", "~", "None", "none", "''", "\"\"", ""})
  void allWordsForNothingAreNothing(String written) {
    Recipe recipe = parse("lr: 1\nclip_grad: " + written + "\naa: " + written + "\nthreads: " + written + "\nv_reset: "
        + written);
    assertThat(recipe.optimizer().clipGrad()).isEmpty();
    assertThat(((ImageRecipe) recipe.input()).colour().aa()).isEmpty();
    assertThat(recipe.run().threads()).isEmpty();
    assertThat(recipe.model().architecture().neuron().hardReset()).isEqualTo(OptionalDouble.empty());
  }

  @Test
  void aSingleValueIsAListOfOne() {
    assertThat(parse("lr: 1\nfreeze: patch_embed*").optimizer().frozen().globs()).containsExactly("patch_embed*");
    assertThat(parse("lr: 1\nfreeze:\n  - 'patch_embed*'\n  - \"*.bias\"").optimizer().frozen().globs())
        .containsExactly("patch_embed*", "*.bias");
    assertThat(parse("lr: 1\nfreeze: []").optimizer().frozen().globs()).isEmpty();
  }

  @Test
  void quotesCommentsAndSpacesAreYamls() {
    Recipe recipe = parse("\uFEFF---\nlr:    1e-3   # the peak\n'epochs': \"12\"\ndata_dir: /data/with space\n...\n");
    assertThat(recipe.schedule().lr()).isEqualTo(1e-3);
    assertThat(recipe.schedule().epochs()).isEqualTo(12);
    assertThat(recipe.data().directory()).contains(Path.of("/data/with space"));
  }

  @Test
  void wholeNumbersMayHaveASign() {
    assertThat(parse("lr: 1\nseed: -7\ndata_seed: +9223372036854775807").run().seed()).isEqualTo(-7);
  }
}
