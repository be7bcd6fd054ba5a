package io.qkformer.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeysTest {

  @Test
  void theDocumentationListsEveryKey() throws IOException {
    Path docs = Path.of("..", "docs", "recipes.md");
    assumeTrue(Files.exists(docs), "docs/recipes.md is not here");
    String text = Files.readString(docs);
    Keys.all().forEach(key -> {
      assertThat(text).as("row of %s", key.name()).contains("| `" + key.name() + "`");
      key.aliases().forEach(alias -> assertThat(text).as("alias of %s", key.name()).contains("`" + alias + "`"));
    });
    InertKeys.names().forEach(name -> assertThat(text).contains("`" + name + "`"));
  }

  @Test
  void everyKeyHasAMeaning() {
    assertThat(Recipes.keys()).hasSameSizeAs(Keys.all())
        .allSatisfy(key -> assertThat(key.meaning()).as(key.name()).isNotBlank());
    assertThat(Recipes.keys()).filteredOn(key -> key.arity() == RecipeKey.Arity.LIST)
        .extracting(RecipeKey::name).contains("dim", "mean", "freeze").doesNotContain("lr", "aa");
  }

  @Test
  void eachSpellingBelongsToOneKey() {
    Stream<String> spellings = Stream.concat(InertKeys.names().stream(),
        Keys.all().stream().flatMap(key -> Stream.concat(Stream.of(key.name()), key.aliases().stream())));
    assertThat(spellings).doesNotHaveDuplicates().allSatisfy(name -> assertThat(name).doesNotContain("-"));
  }

  @Test
  void distanceCountsInsertionsDeletionsAndReplacements() {
    assertThat(Keys.distance("", "abc")).isEqualTo(3);
    assertThat(Keys.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Keys.distance("lr", "lr")).isZero();
    assertThat(Keys.distance("abcd", "bcd")).isEqualTo(1);
  }

  @Test
  void theNearestKeyMustBeNear() {
    assertThat(Keys.nearest("smothing")).contains("smoothing");
    assertThat(Keys.nearest("learning_rate")).isEmpty();
  }
}
