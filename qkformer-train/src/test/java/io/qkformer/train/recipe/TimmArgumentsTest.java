package io.qkformer.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.model.Preset;
import io.qkformer.train.optimize.ScheduleConfig.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What timm's training script writes of its arguments, {@code args.yaml}, is read as it is. */
class TimmArgumentsTest {

  /** timm's defaults, all of them, and what somebody gave instead: such as no model of timm's. */
  private static String dump(String release, Map<String, String> given) throws IOException {
    String text;
    try (InputStream in = TimmArgumentsTest.class.getResourceAsStream("timm-" + release + "-args.yaml")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("model: resnet50", "model: QKFormer_10_384");
    }
    for (Map.Entry<String, String> entry : given.entrySet()) {
      // a default is a value in the key's line, or a list in lines of their own
      String changed = text.replaceFirst("(?m)^" + entry.getKey() + ":.*\n(- .*\n)*",
          entry.getKey() + ": " + entry.getValue() + "\n");
      assertThat(changed).as("%s is an argument of timm %s", entry.getKey(), release).isNotEqualTo(text);
      text = changed;
    }
    return text;
  }

  private static Recipe read(String yaml) {
    return Recipes.parse("args.yaml", yaml, List.of());
  }

  @Test
  void theDefaultsOfTimmAreThoseOfRecipes() throws IOException {
    assertThat(read(dump("1.0", Map.of()))).isEqualTo(read("model: QKFormer_10_384\nlr_base: 0.1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "0.6.12"})
  void whatWasGivenCounts(String release) throws IOException {
    Recipe recipe = read(dump(release, Map.ofEntries(Map.entry("data_dir", "/data/imagenet"),
        Map.entry("lr", "0.001"), Map.entry("opt", "adamw"), Map.entry("input_size", "\n- 3\n- 288\n- 288"),
        Map.entry("aug_repeats", "3.0"), Map.entry("drop_path", "0.1"), Map.entry("clip_grad", "1.0"),
        Map.entry("sched", "step"), Map.entry("decay_epochs", "30.0"), Map.entry("num_classes", "1000"),
        Map.entry("amp", "true"), Map.entry("channels_last", "true"), Map.entry("aa", "rand-m9-mstd0.5-inc1"))));

    assertThat(recipe.data().requireDirectory()).isEqualTo(Path.of("/data/imagenet"));
    assertThat(recipe.data().dataset()).isEqualTo(DatasetKind.FOLDER);
    assertThat(recipe.data().repeats()).isEqualTo(3);
    assertThat(recipe.model().config(1000))
        .isEqualTo(Preset.HST_10_384.config().withSize(288, 288).withStochasticDepth(0.1));
    assertThat(recipe.schedule().sched()).isEqualTo(Kind.STEP);
    assertThat(recipe.schedule().decayEpochs()).isEqualTo(30);
    assertThat(recipe.schedule().lr()).isEqualTo(0.001);
  }

  @Test
  void thePositionalArgumentIsTheFolder() throws IOException {
    Recipe recipe = read(dump("1.0", Map.of("data", "/data/cifar", "dataset", "torch/cifar10", "img_size", "32",
        "model", "hst-4-384-cifar10")));

    assertThat(recipe.data().requireDirectory()).isEqualTo(Path.of("/data/cifar"));
    assertThat(recipe.data().dataset()).isEqualTo(DatasetKind.CIFAR10);
    assertThat(recipe.model().architecture().height()).isEqualTo(32);
    assertThat(read(dump("1.0", Map.of("data", "/data/imagenet"))).data().requireDirectory())
        .isEqualTo(Path.of("/data/imagenet"));
  }

  @Test
  void anOverrideReplacesWhicheverSpellingHasTheValue() throws IOException {
    Recipe recipe = Recipes.parse("args.yaml", dump("1.0", Map.of("data", "/elsewhere", "img_size", "224")),
        List.of("data_dir=/here", "input_size=288"));

    assertThat(recipe.data().requireDirectory()).isEqualTo(Path.of("/here"));
    assertThat(recipe.model().architecture().height()).isEqualTo(288);
  }

  @Test
  void twoSpellingsMayAgree() {
    assertThat(read("lr: 1\nimg_size: 288\ninput_size: [3, 288, 288]").model().architecture().height()).isEqualTo(288);
    assertThat(read("lr: 1\ndata: imagenet\ndataset: ImageFolder").data().dataset()).isEqualTo(DatasetKind.FOLDER);
    assertThatThrownBy(() -> read("lr: 1\nimg_size: 224\ninput_size: [3, 288, 288]")).hasMessage("args.yaml, line 3: "
        + "input_size: expected each key once, got it as img_size at args.yaml, line 2 already");
    assertThatThrownBy(() -> read("lr: 1\ndataset: ''\ndata: /a\ndata_dir: /b")).hasMessage("args.yaml, line 4: "
        + "data_dir: expected each key once, got it as data at args.yaml, line 3 already");
    assertThatThrownBy(() -> read("lr: 1\nepochs: 3\nepochs: 3")).hasMessageContaining("expected each key once");
    assertThatThrownBy(() -> read("lr: 1\ndata: /a")).hasMessageStartingWith("args.yaml, line 2: data: expected one of");
  }
}
