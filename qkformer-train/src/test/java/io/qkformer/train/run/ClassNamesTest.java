package io.qkformer.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.checkpoint.SafeTensors;
import io.qkformer.checkpoint.StateDict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassNamesTest {

  @TempDir
  private Path folder;

  private Path file(Map<String, String> metadata) throws IOException {
    Path file = folder.resolve("weights.safetensors");
    SafeTensors.write(file, StateDict.builder().build(), metadata);
    return file;
  }

  @Test
  void namesComeBackInTheirOrder() throws IOException {
    List<String> names = List.of("zebra", "a \"quoted\" name", "Ärger, mit Komma", "日本", "tab\there", "");
    Path file = file(Map.of(ClassNames.KEY, ClassNames.toJson(names), "epoch", "3"));

    assertThat(ClassNames.of(file)).contains(names);
  }

  @Test
  void filesOfOthersHaveNone() throws IOException {
    assertThat(ClassNames.of(file(Map.of("format", "pt")))).isEmpty();
    assertThat(ClassNames.of(file(Map.of()))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "[null]", "{}", "\"cat\"", "[\"cat\"", "[[\"cat\"]]", "cat, dog"})
  void otherTextsAreRefused(String text) throws IOException {
    Path file = file(Map.of(ClassNames.KEY, text));
    assertThatThrownBy(() -> ClassNames.of(file)).isInstanceOf(IOException.class)
        .hasMessage(file + ": expected a list of names under class_names in the metadata, got " + text);
  }

  @Test
  void longTextsAreCutInTheMessage() throws IOException {
    Path file = file(Map.of(ClassNames.KEY, "x".repeat(5000)));
    assertThatThrownBy(() -> ClassNames.of(file)).isInstanceOf(IOException.class)
        .hasMessageEndingWith("got " + "x".repeat(100) + "...");
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("text.safetensors"), "no weights", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> ClassNames.of(file)).isInstanceOf(IOException.class).hasMessageContaining(file.toString());
  }
}
