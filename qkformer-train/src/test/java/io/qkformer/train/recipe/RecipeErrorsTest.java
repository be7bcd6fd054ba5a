package io.qkformer.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each mistake is named with its line, its key, its value and what is expected. */
class RecipeErrorsTest {

  private static AbstractThrowableAssert<?, ?> message(String yaml, String... overrides) {
    return assertThatThrownBy(() -> Recipes.parse("r.yml", yaml, List.of(overrides)))
        .isInstanceOf(RecipeException.class);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "epochs: many       | epochs: expected a whole number of at least 1, got many",
      "epochs: 1.5        | epochs: expected a whole number of at least 1, got 1.5",
      "epochs: 0          | epochs: expected a whole number of at least 1, got 0",
      "epochs: 1e3        | epochs: expected a whole number of at least 1, got 1e3",
      "epochs: 99999999999999999999 | epochs: expected a whole number of at least 1, got 99999999999999999999",
      "epochs: 4000000000 | epochs: expected a whole number of at least 1, got 4000000000",
      "epochs:            | epochs: expected a whole number of at least 1, got nothing",
      "epochs: [1, 2]     | epochs: expected a whole number of at least 1, got [1, 2]",
      "epochs: 010        | epochs: expected a whole number of at least 1, got 010; YAML 1.1 takes a leading zero for "
          + "base 8; leave it out",
      "lr: fast           | lr: expected a number of at least 0, got fast",
      "lr: -1e-3          | lr: expected a number of at least 0, got -1e-3",
      "lr: .inf           | lr: expected a number of at least 0, got .inf",
      "lr: 1e999          | lr: expected a number of at least 0, got 1e999",
      "hflip: 1.5         | hflip: expected a number from 0 to 1, got 1.5",
      "model_ema: maybe   | model_ema: expected true or false, got maybe",
      "model_ema: 1       | model_ema: expected true or false, got 1",
      "sched: plateau     | sched: expected one of cosine, mae, step, constant, got plateau",
      "opt: adamx         | opt: expected one of adamw, sgd, momentum, lamb, lambc, got adamx",
      "scale: [0.5]       | scale: expected a list of 2, each a number above 0, got [0.5]",
      "scale: [1, 0.5]    | scale: expected a list of 2, each a number above 0, got [1, 0.5]; range: expected "
          + "finite low <= high, got 1.0 to 0.5",
      "mean: [0.5, x, 0]  | mean: expected a list of 3, each a number, got [0.5, x, 0]",
      "smoothing: 1       | smoothing: expected a number of at least 0 and below 1, got 1",
      "img_size: [3, 32, 48] | img_size: expected the side of square images, or [3, side, side], got [3, 32, 48]; "
          + "other shapes are not supported",
      "data_dir: [a]      | data_dir: expected a path, got [a]",
      "checkpoint_hist: 0 | checkpoint_hist: expected a whole number of at least 1, got 0",
      "model: resnet50    | model: expected one of hst-10-384, hst-10-512, hst-10-768, hst-4-384-cifar10, "
          + "hst-4-384-cifar100, hst-2-256-cifar10-dvs, hst-2-256-dvs128, hst-2-256-dvs128-reference, "
          + "spikformer-4-384, got resnet50"})
  void aWrongValueIsShownWithItsLine(String line, String expected) {
    String rest = line.startsWith("lr:") ? "" : "\nlr: 1";
    message("# a comment\n\n" + line + rest).hasMessage("r.yml, line 3: " + expected);
  }

  @Test
  void anUnknownKeyComesWithTheNearestOne() {
    message("lr: 1\nwarmup_epoch: 3").hasMessage(
        "r.yml, line 2: unknown key warmup_epoch; did you mean warmup_epochs?");
    message("lr: 1\nweight-deacy: 3").hasMessage("r.yml, line 2: unknown key weight-deacy; did you mean weight_decay?");
    message("lr: 1\nbananas: 3").hasMessage("r.yml, line 2: unknown key bananas; docs/recipes.md lists the keys");
  }

  @Test
  void aKeyIsGivenOnce() {
    message("lr: 1\nepochs: 3\nlr: 2").hasMessage(
        "r.yml, line 3: lr: expected each key once, got it as lr at r.yml, line 1 already");
    message("val-batch-size: 1\nvalidation_batch_size: 2").hasMessage("r.yml, line 2: validation_batch_size: expected "
        + "each key once, got it as val-batch-size at r.yml, line 1 already");
  }

  @Test
  void whatChangesResultsAndIsNotSupportedIsRefused() {
    message("lr: 1\nbce_loss: true").hasMessage("r.yml, line 2: bce_loss: true is not supported and would change "
        + "results; expected none or false (it has no counterpart here)");
    message("lr: 1\nbn_momentum: 0.01").hasMessage("r.yml, line 2: bn_momentum: 0.01 is not supported and would change "
        + "results; expected none or 0.1 (batch norm has PyTorch's momentum)");
    message("lr: 1\ndrop: 0.1").hasMessageContaining("drop: 0.1 is not supported");
    message("lr: 1\nresume: last.pth").hasMessageContaining("give the run's folder to the command that resumes");
    message("lr: 1\naa: original").hasMessage("r.yml, line 2: aa: expected a policy of RandAugment such as "
        + "rand-m9-mstd0.5-inc1, or none, got original");
  }

  @Test
  void theLearningRateIsNeeded() {
    message("epochs: 3").hasMessage("r.yml: lr: expected the learning rate, got none; give lr, or blr (linear in the "
        + "batch), or lr_base with lr_base_scale");
  }

  @Test
  void valuesThatDoNotFitEachOtherAreNamedByOneOfTheirKeys() {
    message("lr: 1e-3\nmin_lr: 1e-2").hasMessage(
        "r.yml, line 2: min_lr: expected at most the learning rate, 0.001, got 0.01");
    message("lr: 1e-3\nepochs: 3\nwarmup_epochs: 4").hasMessage(
        "r.yml, line 3: warmup_epochs must be in [0, epochs = 3], got 4");
    message("lr: 1\nsched: mae\nwarmup_lr: 1e-5").hasMessageStartingWith("r.yml, line 3: warmup_lr: expected 0");
    message("lr: 1\ndataset: cifar10\nnum_classes: 100").hasMessage(
        "r.yml, line 3: num_classes must be 10 for cifar10, got 100");
    message("lr: 1\nnum_heads: 7").hasMessageStartingWith("r.yml, line 2: num_heads: heads must divide the width");
    message("lr: 1\nimg_size: 30").hasMessageStartingWith("r.yml, line 2: img_size: the strides of this model");
    message("lr: 1\ndataset: cifar10\npatch_size: 8").hasMessage("r.yml, line 3: patch_size: expected 4, by which the "
        + "strides of form CIFAR divide images, got 8; leave it out");
    message("lr: 1\ndepths: [1, 1, 2]\nlayer: 5").hasMessage(
        "r.yml, line 3: layer: expected the blocks that depths has, 4, got 5");
    message("lr: 1\ndepths: [1, 1, 1, 1]\nattention: [QKTA, QKTA, SSA]").hasMessage("r.yml, line 3: attention: expected "
        + "one for all, two for the early stages and the last one, or one for each of 4 stages, got [QKTA, QKTA, SSA]");
    message("lr: 1\ninitial_checkpoint: a\nfinetune: b").hasMessage(
        "r.yml, line 3: finetune: expected either finetune or initial_checkpoint, got both");
    message("lr: 1\nepochs: 5\nstart_epoch: 5").hasMessage(
        "r.yml, line 3: start_epoch must be below the number of epochs, 5, got 5");
    message("lr: 1\nin_channels: 1").hasMessageStartingWith(
        "r.yml, line 2: in_channels must be 3 for folder, got 1");
  }

  @Test
  void imagesAndEventsHaveKeysOfTheirOwn() {
    message("lr: 1\ndataset: cifar10-dvs\nreprob: 0.25").hasMessage("r.yml, line 3: reprob: this is for images, and "
        + "the data set holds events; leave it out, or begin with a recipe of event data such as cifar10-dvs");
    message("lr: 1\nsplit_by: number").hasMessageStartingWith("r.yml, line 2: split_by: this is for events");
    message("lr: 1\ndataset: cifar10-dvs\naa: rand-m9").hasMessage(
        "r.yml, line 3: aa: expected snn-augment-wide or none for events, got rand-m9");
  }

  @Test
  void otherYamlIsRefused() {
    message("- 1\n- 2").hasMessage("r.yml, line 1: expected keys with values such as 'epochs: 400', got a list");
    message("just text").hasMessage("r.yml, line 1: expected keys with values such as 'epochs: 400', got just text");
    message("lr: 1\n\noptimizer:\n  opt: adamw").hasMessage("r.yml, line 3: optimizer: expected a value or a list of "
        + "values, got keys within a key; recipes are flat");
    message("mean: [[1, 2], 3]").hasMessageContaining("line 1: mean: expected a value or a list of values, got a list");
    message("lr: &x 1\nmin_lr: *x").hasMessageStartingWith("r.yml, line 2: min_lr: expected a value")
        .hasMessageContaining("alias");
    message("lr: !!float 1").hasMessageContaining("r.yml, line 1: lr").hasMessageContaining("tag");
    message("lr: 1\n---\nlr: 2").hasMessageContaining("expected one document, got a second one");
    message("epochs: 3\nlr: [1, 2").hasMessageStartingWith("r.yml, line ").hasMessageContaining("expected YAML");
    message("epochs: 3\n\tlr: 1").hasMessage("r.yml, line 2: expected YAML, got: found character '\\t(TAB)' that "
        + "cannot start any token. (Do not use \\t(TAB) for indentation)");
    message("epochs: 3\nlr 1\n").hasMessageStartingWith(
        "r.yml, line 3: expected YAML, got: could not find expected ':'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "---\n", "null"})
  void anEmptyRecipeLacksItsLearningRate(String yaml) {
    message(yaml).hasMessageStartingWith("r.yml: lr: expected the learning rate");
  }

  @Test
  void overridesAreNamedInsteadOfLines() {
    message("lr: 1", "epochs=many").hasMessage(
        "override 'epochs=many': epochs: expected a whole number of at least 1, got many");
    message("lr: 1", "epoch=3").hasMessage("override 'epoch=3': unknown key epoch; did you mean epochs?");
    message("lr: 1", "epochs").hasMessage("override 'epochs': expected key=value, such as epochs=10");
    message("lr: 1", "=3").hasMessage("override '=3': expected key=value, such as epochs=10");
    message("lr: 1", "scale=[1, 2").hasMessageStartingWith("override 'scale=[1, 2': expected YAML");
    message("lr: 1\nepochs: 3", "warmup_epochs=4").hasMessage(
        "override 'warmup_epochs=4': warmup_epochs must be in [0, epochs = 3], got 4");
  }

  @Test
  void filesAreReadAsUtf8AndNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("mine.yml");
    Files.write(file, new byte[] {'l', 'r', ':', ' ', (byte) 0xff});
    assertThatThrownBy(() -> Recipes.read(file, List.of())).isInstanceOf(RecipeException.class)
        .hasMessage(file + ": expected a text in UTF-8, got other bytes");
    Files.writeString(file, "lr: 1\nepochs: x");
    assertThatThrownBy(() -> Recipes.named(file.toString(), List.of())).hasMessageStartingWith(file + ", line 2: ");
    Files.writeString(file, "lr: 1\nexperiment: \u00e4\u4e2d");
    assertThat(Recipes.read(file, List.of()).run().experiment()).contains("\u00e4\u4e2d");
  }

  @Test
  void dataThatIsReadNeedsItsFolder() {
    DataRecipe data = Recipes.builtin("cifar10", List.of()).data();
    assertThatThrownBy(data::requireDirectory).hasMessage("data_dir: expected the folder of the data set cifar10, got "
        + "none; add data_dir to the recipe or override it with data_dir=PATH");
  }

  @ParameterizedTest
  @CsvSource({"cifar10-dvs, airplane.zip, https://figshare.com/, with .aedat files",
      "n-mnist, Train.zip and Test.zip, https://www.garrickorchard.com/, a folder for each digit",
      "dvs128-gesture, DvsGesture.tar.gz, https://research.ibm.com/, trials_to_train.txt"})
  void recordingsWithoutAFolderSayWhatToDownloadAndWhereToPutIt(String name, String files, String page, String layout) {
    DataRecipe data = Recipes.parse("r.yml", "lr: 1\ndataset: " + name, List.of()).data();
    assertThatThrownBy(data::requireDirectory).isInstanceOf(RecipeException.class)
        .hasMessageStartingWith("data_dir: ").hasMessageContainingAll("data_dir=PATH. Download ", files, page,
            "put into that folder", layout);
  }

  @Test
  void theDataDecidesTheClassesUnlessTheRecipeDoes() {
    assertThat(Recipes.parse("r.yml", "lr: 1", List.of()).model().config(37).classes()).isEqualTo(37);
    ModelRecipe model = Recipes.parse("r.yml", "lr: 1\nnum_classes: 20", List.of()).model();
    assertThatThrownBy(() -> model.config(37)).hasMessage(
        "num_classes: expected 37, as the data has, got 20; leave num_classes out to follow the data");
  }
}
