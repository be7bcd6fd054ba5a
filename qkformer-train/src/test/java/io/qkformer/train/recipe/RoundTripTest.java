package io.qkformer.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.model.HstConfig;
import io.qkformer.neuron.NeuronConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is read as the same recipe. */
class RoundTripTest {

  private static final String HEADER = "first line\n\nlast: line";

  static List<String> names() {
    return Recipes.builtinNames();
  }

  private static Recipe again(Recipe recipe) {
    return Recipes.parse("again.yml", Recipes.toYaml(recipe, HEADER), List.of());
  }

  @ParameterizedTest
  @MethodSource("names")
  void builtinRecipesComeBack(String name) {
    Recipe recipe = Recipes.builtin(name, List.of());
    assertThat(again(recipe)).isEqualTo(recipe);
  }

  @Property(tries = 200)
  void anyRecipeComesBack(@ForAll("overrides") List<String> overrides) {
    Recipe recipe = Recipes.builtin("shapes", overrides);
    assertThat(again(recipe)).isEqualTo(recipe);
  }

  @Provide
  Arbitrary<List<String>> overrides() {
    Arbitrary<String> share = Arbitraries.doubles().between(0, 0.99).ofScale(17).map(value -> "" + value);
    Arbitrary<String> count = Arbitraries.integers().between(1, Integer.MAX_VALUE / 2).map(value -> "" + value);
    Arbitrary<String> text = Arbitraries.strings().ofMinLength(1).ofMaxLength(12)
        .filter(value -> !Written.scalar(value.strip()).isNone() && !value.strip().matches("(?i)~|null|[\\[\"'].*"))
        .filter(value -> value.codePoints().allMatch(c -> Character.isDefined(c) && !Character.isISOControl(c)
            && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) && c != 0x2028 && c != 0x2029));
    List<Arbitrary<String>> keys = new ArrayList<>();
    List.of("lr", "weight_decay", "mixup_prob", "mixup", "hflip", "reprob", "model_ema_decay", "v_reset",
        "color_jitter")
        .forEach(key -> keys.add(share.map(value -> key + "=" + value)));
    List.of("epochs", "seed", "data_seed", "train_size", "train_subset", "test_subset", "time_step", "batch_size", "checkpoint_hist", "log_interval",
        "recovery_seconds", "threads", "num_heads").forEach(key -> keys.add((key.equals("num_heads")
            ? Arbitraries.of("1", "2", "8") : key.equals("batch_size") ? Arbitraries.of("1", "64") : count)
                .map(value -> key + "=" + value)));
    keys.add(text.map(value -> "experiment=" + value));
    keys.add(text.map(value -> "freeze=" + value));
    keys.add(Arbitraries.of("model_ema=true", "model_ema_warmup=true", "aa=rand-m9", "aa=none",
        "cutmix_minmax=[0.2, 0.8]",
        "mixup_mode=elem", "timm_release=0.6.12", "crop_padding=4", "opt=lambc", "opt_betas=[0.8, 0.9]", "opt_eps=1e-6",
        "layer_decay=0.75", "layer_decay_layers=reference", "sched=constant", "sched=step", "warmup_prefix=on",
        "recompute=all", "v_reset=none", "detach_reset=no", "surrogate=atan", "surrogate_alpha=3",
        "shortcut=pre_activation",
        "embedding_order=pool_last", "ssa_timing=merged", "num_classes=10", "depths=[1, 0, 2]", "dim=[16, 48, 96]",
        "initial_checkpoint=a b.pth", "finetune=x/y.pth", "color_jitter=[0.1, 0.2, 0.3, 0.4]",
        "train_interpolation=random",
        "clip_grad=1", "clip_mode=agc", "corrupt_images=skip", "aug_repeats=3", "data_dir=/x: y", "drop_path=0.1"));
    return Arbitraries.oneOf(keys).list().ofMaxSize(12).map(RoundTripTest::fitting);
  }

  private static List<String> fitting(List<String> overrides) {
    List<String> fitting = new ArrayList<>(overrides);
    fitting.addAll(List.of("min_lr=0", "warmup_epochs=1"));
    if (fitting.contains("initial_checkpoint=a b.pth")) {
      fitting.removeIf("finetune=x/y.pth"::equals);
    }
    return fitting;
  }

  @Test
  void everyKeyIsWrittenWithUnderACommentOfItsPart() {
    String images = Recipes.toYaml(Recipes.builtin("shapes", List.of()), HEADER);
    String events = Recipes.toYaml(Recipes.builtin("cifar10-dvs", List.of()), HEADER);
    assertThat(images).startsWith("# first line\n#\n# last: line\n\n# Model\nmodel: null\nform: imagenet\n")
        .contains("\nlr: 0.004\n", "\nwarmup_lr: 1.0e-4\n", "\naa: null\n", "\ntimm_release: \"1.0\"\n");
    Keys.all().forEach(key -> assertThat(images + events).contains("\n" + key.name() + ": "));
    assertThat(events).contains("\nmodel: hst-2-256-cifar10-dvs\n", "\naa: snn-augment-wide\n")
        .doesNotContain("reprob", "crop_pct");
  }

  @Test
  void aFileIsWrittenAndRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("recipe.yml");
    Recipe recipe = Recipes.builtin("cifar100", List.of("experiment=\u4e2d #1"));
    Recipes.write(file, recipe, "a run");
    assertThat(Files.readString(file)).startsWith("# a run\n");
    assertThat(Recipes.named(file.toString(), List.of())).isEqualTo(recipe);
    assertThat(Recipes.read(file, List.of("lr=1"))).isNotEqualTo(recipe);
  }

  @Test
  void aSurrogateOfOnesOwnHasNoName() {
    Recipe recipe = Recipes.builtin("shapes", List.of());
    HstConfig own = recipe.model().architecture().withNeuron(NeuronConfig.lif().withSurrogate(u -> 1));
    Recipe changed = new Recipe(new ModelRecipe(own, recipe.model().numClasses()), recipe.data(), recipe.input(),
        recipe.batches(), recipe.mixing(), recipe.optimizer(), recipe.schedule(), recipe.rateUpdate(), Optional.empty(),
        recipe.checkpoints(), recipe.run());
    assertThatThrownBy(() -> Recipes.toYaml(changed, "")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a recipe can name a sigmoid, atan or rectangular surrogate");
  }
}
