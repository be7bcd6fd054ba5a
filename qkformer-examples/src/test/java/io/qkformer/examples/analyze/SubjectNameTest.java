package io.qkformer.examples.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.model.HstConfig;
import io.qkformer.model.Preset;
import io.qkformer.train.recipe.Recipes;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubjectNameTest {

  @Test
  void modelsAreCalledByTheirPresetOrByFormAndWidths() {
    assertThat(Subject.name(Preset.HST_10_768.config().withClasses(10))).isEqualTo("hst-10-768");
    HstConfig own = Recipes.builtin("shapes", List.of("form=compact", "dim=64", "depths=[1, 1, 1]")).model().config(10);
    assertThat(Subject.name(own)).isEqualTo("HST of form compact, 16/32/64 channels");
  }
}
