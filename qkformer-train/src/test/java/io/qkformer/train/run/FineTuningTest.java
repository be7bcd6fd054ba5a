package io.qkformer.train.run;

import static io.qkformer.train.run.SmallRuns.recipe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.checkpoint.ModelWeights;
import io.qkformer.checkpoint.SafeTensors;
import io.qkformer.checkpoint.StateDict;
import io.qkformer.checkpoint.WeightFiles;
import io.qkformer.model.QKFormer;
import io.qkformer.train.Bits;
import io.qkformer.train.recipe.InitialWeights;
import io.qkformer.train.recipe.InitialWeights.Head;
import io.qkformer.train.recipe.Recipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class FineTuningTest {

  private static final String HEAD_WEIGHT = "head.weight";
  private static final String HEAD_BIAS = "head.bias";

  @TempDir
  private Path folder;
  private Path file;

  @BeforeEach
  void writeWeights() throws IOException {
    file = SmallRuns.weights(folder.resolve("weights.safetensors"), recipe(), 10);
  }

  private static StateDict loaded(Path from, Head head, Recipe recipe, int classes, long seed) throws IOException {
    QKFormer model = SmallRuns.model(recipe, classes);
    StartingWeights.load(new InitialWeights(from, head), model, seed);
    return ModelWeights.export(model);
  }

  private static void assertSameBits(StateDict actual, StateDict expected, String name) {
    Bits.assertSame(actual.get(name), expected.get(name), name);
  }

  private static void assertBackbone(StateDict actual, StateDict expected) {
    assertThat(actual.names()).containsAll(expected.names());
    expected.names().stream().filter(name -> !name.startsWith("head.")).forEach(name ->
        assertSameBits(actual, expected, name));
  }

  /** A copy of the weights without a tensor. */
  private Path without(String left) throws IOException {
    StateDict.Builder some = StateDict.builder();
    WeightFiles.read(file).entries().stream().filter(entry -> !entry.getKey().equals(left))
        .forEach(entry -> some.put(entry.getKey(), entry.getValue()));
    Path copy = folder.resolve("without.safetensors");
    SafeTensors.write(copy, some.build(), Map.of());
    return copy;
  }

  @Test
  void initialCheckpointIsLoadedToTheLastBit() throws IOException {
    StateDict weights = loaded(file, Head.LOADED, recipe(), 10, 1);

    Bits.assertSame(weights, WeightFiles.read(file));
  }

  @Test
  void fineTuningDrawsTheClassifierAnew() throws IOException {
    StateDict given = WeightFiles.read(file);
    StateDict more = loaded(file, Head.DRAWN_ANEW, recipe(), 250, 1);

    assertBackbone(more, given);
    INDArray head = more.get(HEAD_WEIGHT);
    assertThat(head.shape()).containsExactly(250, 16);
    // of 4000 draws; the bounds are five standard errors
    assertThat(head.meanNumber().doubleValue()).isCloseTo(0, within(2e-6));
    assertThat(head.stdNumber().doubleValue()).isCloseTo(2e-5, within(1.2e-6));
    assertThat(more.get(HEAD_BIAS).amaxNumber().doubleValue()).isZero();
    assertSameBits(loaded(file, Head.DRAWN_ANEW, recipe(), 250, 1), more, HEAD_WEIGHT);
    assertThat(Bits.same(loaded(file, Head.DRAWN_ANEW, recipe(), 250, 2).get(HEAD_WEIGHT), head)).isFalse();
  }

  @Test
  void aBiasThatFitsIsKept() throws IOException {
    StateDict weights = loaded(file, Head.DRAWN_ANEW, recipe(), 10, 1);

    assertSameBits(weights, WeightFiles.read(file), HEAD_BIAS);
    assertThat(weights.get(HEAD_BIAS).amaxNumber().doubleValue()).isPositive();
    assertThat(weights.get(HEAD_WEIGHT).amaxNumber().doubleValue()).isLessThan(2e-4);
    assertBackbone(loaded(without(HEAD_WEIGHT), Head.DRAWN_ANEW, recipe(), 10, 1), WeightFiles.read(file));
  }

  @Test
  void weightsServeAnotherResolution() throws IOException {
    Bits.assertSame(loaded(file, Head.LOADED, recipe("img_size=32"), 10, 1), WeightFiles.read(file));
  }

  /** The reference's names on CIFAR, in PyTorch's legacy format, are understood. */
  @Test
  void takesPyTorchsFiles() throws Exception {
    Path pth = Path.of(FineTuningTest.class.getResource("/golden/model/ckpt_legacy_cifar.pth").toURI());
    Recipe recipe = recipe("depths=[1, 1, 2]");
    StateDict given = WeightFiles.read(pth);

    StateDict whole = loaded(pth, Head.LOADED, recipe, 10, 1);
    assertBackbone(whole, given);
    assertSameBits(whole, given, HEAD_WEIGHT);
    assertBackbone(loaded(pth, Head.DRAWN_ANEW, recipe, 3, 1), given);
  }

  @Test
  void whatDoesNotFitIsNamedAndTheModelStaysAsItIs() throws IOException {
    refused(file, Head.LOADED, recipe(), 3, "expected a classifier (head.weight) of 3 classes, got one of 10; name the "
        + "file with finetune");
    refused(without(HEAD_WEIGHT), Head.LOADED, recipe(), 10, "of 10 classes, got none");
    refused(without(HEAD_BIAS), Head.LOADED, recipe(), 10, "missing head.bias");
    for (Head head : Head.values()) {
      refused(file, head, recipe("dim=32"), 10, "misshapen");
      refused(file, head, recipe("depths=[1, 1, 2]"), 10, "missing stage3.1.");
      refused(file, head, recipe("depths=[1, 1, 0]"), 10, "unexpected stage3.0.");
    }
  }

  private static void refused(Path from, Head head, Recipe recipe, int classes, String reason) {
    QKFormer model = SmallRuns.model(recipe, classes);
    StateDict before = ModelWeights.export(model);
    assertThatThrownBy(() -> StartingWeights.load(new InitialWeights(from, head), model, 1))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(from.toString())
        .hasMessageContaining(reason);
    Bits.assertSame(ModelWeights.export(model), before);
  }

  @Test
  void filesThatCannotBeReadAreNamed() throws IOException {
    Path text = Files.writeString(folder.resolve("text.pth"), "no weights at all", StandardCharsets.UTF_8);
    QKFormer model = SmallRuns.model(recipe(), 10);
    assertThatThrownBy(() -> StartingWeights.load(new InitialWeights(text, Head.LOADED), model, 1))
        .isInstanceOf(IOException.class).hasMessageContaining("text.pth");
    Path none = folder.resolve("none.pth");
    assertThatThrownBy(() -> StartingWeights.load(new InitialWeights(none, Head.LOADED), model, 1))
        .isInstanceOf(IOException.class).hasMessageContaining("none.pth");
  }

  @Test
  void frozenParametersKeepTheBitsOfTheFileWhileOthersMove() throws IOException {
    Path run = folder.resolve("run");
    SmallRuns.train(recipe("finetune=" + file, "freeze=[patch_embed*, stage1*, '*.q_conv.weight']", "epochs=1"), run);

    StateDict given = WeightFiles.read(file);
    StateDict trained = WeightFiles.read(run.resolve(RunFiles.WEIGHTS_LAST));
    QKFormer model = SmallRuns.model(recipe(), 10);
    Predicate<String> isFrozen = name -> name.startsWith("patch_embed") || name.startsWith("stage1")
        || name.endsWith(".q_conv.weight");
    int[] moved = new int[1];
    model.visit("", (name, parameter) -> {
      if (isFrozen.test(name)) {
        assertSameBits(trained, given, name);
      } else if (!Bits.same(trained.get(name), given.get(name))) {
        moved[0]++;
      }
    });
    assertThat(moved[0]).isGreaterThan(20);
    assertThat(trained.get(HEAD_WEIGHT)).isNotEqualTo(given.get(HEAD_WEIGHT));
    // batch norms gather statistics all the same
    assertThat(trained.get("patch_embed1.proj_bn.running_mean"))
        .isNotEqualTo(given.get("patch_embed1.proj_bn.running_mean"));
  }

  /** Pretrained with 7 classes on pictures of 16 x 16: the run has 10 classes and takes pictures of 32 x 32. */
  @Test
  void aRunFineTunesForOtherClassesAtAnotherResolution() throws IOException {
    Path pretrained = SmallRuns.weights(folder.resolve("seven.safetensors"), recipe(), 7);
    Path run = folder.resolve("run");

    RunResult result = SmallRuns.train(recipe("finetune=" + pretrained, "img_size=32", "epochs=1"), run);

    assertThat(result.outcome()).isEqualTo(RunResult.Outcome.FINISHED);
    StateDict given = WeightFiles.read(pretrained);
    StateDict trained = WeightFiles.read(run.resolve(RunFiles.WEIGHTS_LAST));
    assertThat(trained.get(HEAD_WEIGHT).shape()).containsExactly(10, 16);
    assertThat(given.get(HEAD_WEIGHT).shape()).containsExactly(7, 16);
    // three steps of a rate of 0.01 move no weight of AdamW by much more than 0.03 each
    given.names().stream().filter(name -> name.endsWith("_conv.weight")).forEach(name ->
        assertThat(trained.get(name).sub(given.get(name)).amaxNumber().doubleValue()).as(name).isBetween(1e-6, 0.1));
    assertThat(result.last().orElseThrow().eval().loss()).isPositive().isFinite();
  }

  /** The first step of classical momentum is the rate times the gradient, which layer decay does not change. */
  @Test
  void layerDecayShortensTheStepsOfEarlyLayers() throws IOException {
    StateDict before = WeightFiles.read(file);
    List<String> common = List.of("initial_checkpoint=" + file, "opt=momentum", "weight_decay=0", "train_size=8",
        "epochs=1", "lr=0.5");
    StateDict plain = trained("plain", common);
    StateDict decayed = trained("decayed", common, "layer_decay=0.5");

    // patch_embed1, stage1.0, patch_embed2, stage2.0, patch_embed3, stage3.0, head
    for (Map.Entry<String, Double> scale : Map.of("head.bias", 1.0, "stage3.0.mlp.mlp2_bn.bias", 0.5,
        "patch_embed3.proj4_bn.bias", 0.25, "stage1.0.mlp.mlp2_bn.bias", 1.0 / 32).entrySet()) {
      String name = scale.getKey();
      double whole = plain.get(name).sub(before.get(name)).norm2Number().doubleValue();
      double part = decayed.get(name).sub(before.get(name)).norm2Number().doubleValue();
      assertThat(whole).as(name).isGreaterThan(1e-4);
      assertThat(part / whole).as(name).isCloseTo(scale.getValue(), within(1e-3));
    }
  }

  private StateDict trained(String name, List<String> overrides, String... more) throws IOException {
    String[] all = Stream.concat(overrides.stream(), Arrays.stream(more))
        .toArray(String[]::new);
    Path run = folder.resolve(name);
    SmallRuns.train(recipe(all), run);
    return WeightFiles.read(run.resolve(RunFiles.WEIGHTS_LAST));
  }
}
