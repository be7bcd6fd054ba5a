package io.qkformer.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.attention.AttentionKind;
import io.qkformer.layer.Recompute;
import io.qkformer.model.Form;
import io.qkformer.model.HstConfig;
import io.qkformer.model.Preset;
import io.qkformer.model.StageConfig;
import io.qkformer.train.augment.CropMode;
import io.qkformer.train.recipe.InitialWeights.Head;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Overrides count instead of what a file says. */
class OverridesTest {

  private static Recipe shapes(String... overrides) {
    return Recipes.builtin("shapes", List.of(overrides));
  }

  private static Recipe parse(String yaml, String... overrides) {
    return Recipes.parse("r.yml", yaml, List.of(overrides));
  }

  @Test
  void anOverrideReplacesTheFilesValueAndTheLastOneCounts() {
    Recipe recipe = shapes("epochs=3", "lr=2e-3", "epochs=9", " weight-decay = .5 ");
    assertThat(recipe.schedule().epochs()).isEqualTo(9);
    assertThat(recipe.schedule().lr()).isEqualTo(2e-3);
    assertThat(recipe.optimizer().weightDecay()).isEqualTo(0.5);
    assertThat(recipe.batches()).isEqualTo(shapes().batches());
  }

  @Test
  void valuesAreListsTextsPathsAndNothing() {
    Recipe recipe = shapes("scale=[0.5, 1.0]", "freeze=*.bias", "output=C:\\runs #1", "experiment=\"a b\"",
        "aa=rand-m5", "clip_grad=", "threads=~");
    assertThat(((ImageRecipe) recipe.input()).train().scale().low()).isEqualTo(0.5);
    assertThat(recipe.optimizer().frozen().globs()).containsExactly("*.bias");
    assertThat(recipe.run().output()).isEqualTo(Path.of("C:\\runs #1"));
    assertThat(recipe.run().experiment()).contains("a b");
    assertThat(((ImageRecipe) recipe.input()).train().randAugment()).isPresent();
    assertThat(recipe.optimizer().clipGrad()).isEmpty();
    assertThat(recipe.run().threads()).isEmpty();
  }

  @Test
  void anotherModelTakesTheFilesArchitectureWithIt() {
    assertThat(shapes("model=hst-4-384-cifar10").model().config(10)).isEqualTo(Preset.HST_4_384_CIFAR10.config());
    HstConfig config = shapes("time_step=3", "model=hst-4-384-cifar10", "mlp_ratio=2").model().config(10);
    assertThat(config.timeSteps()).isEqualTo(3);
    assertThat(config.stages()).allSatisfy(stage -> assertThat(stage.mlpRatio()).isEqualTo(2));
    assertThat(config.stages()).extracting(StageConfig::depth).containsExactly(1, 1, 2);
  }

  @Test
  void modelsAreFree() {
    HstConfig config = shapes("form=compact", "width=96", "T=4", "attention=ssa", "heads=[2, 4, 6]").model().config(10);
    assertThat(config.form()).isEqualTo(Form.COMPACT);
    assertThat(config.order()).isEqualTo(Form.COMPACT.order());
    assertThat(config.stages()).containsExactly(new StageConfig(24, 1, AttentionKind.SSA, 2, 4),
        new StageConfig(48, 1, AttentionKind.SSA, 4, 4), new StageConfig(96, 1, AttentionKind.SSA, 6, 4));
    assertThat(shapes("dim=[32, 48, 96]", "num_heads=4").model().config(10).stages()).extracting(StageConfig::width)
        .containsExactly(32, 48, 96);
    assertThat(shapes("layer=6", "form=imagenet").model().architecture().depth()).isEqualTo(6);
    assertThat(parse("lr: 1\ndataset: cifar10", "form=spikformer", "dim=384", "num_heads=12").model().config(10))
        .isEqualTo(Preset.SPIKFORMER_4_384.config());
  }

  @Test
  void twoAttentionsAreTheEarlyStagesAndTheLastOnes() {
    assertThat(shapes("attention=[qkca, ssa]", "depths=[1, 1, 2]").model().config(10).stages())
        .extracting(StageConfig::attention)
        .containsExactly(AttentionKind.QKCA, AttentionKind.QKCA, AttentionKind.SSA);
    assertThat(shapes("attention=[qkta, qkca]", "depths=[1, 1]").model().config(10).stages())
        .extracting(StageConfig::attention).containsExactly(AttentionKind.QKTA, AttentionKind.QKCA);
  }

  @Test
  void theLearningRateMayBeGivenAnotherWay() {
    assertThat(shapes("blr=1e-3", "batch_size=64", "accum_iter=8").schedule().lr()).isEqualTo(2e-3);
    assertThat(shapes("lr_base=1e-3", "batch=1024").schedule().lr()).as("timm: the root for adamw").isEqualTo(2e-3);
    assertThat(shapes("lr_base=1e-3", "lr_base_size=64", "lr_base_scale=linear").schedule().lr()).isEqualTo(5e-4);
    assertThat(parse("lr: 1\nlr_base: 0.1\nblr: 0.2").schedule().lr()).as("as in timm").isEqualTo(1);
    assertThat(parse("blr: 0.2\nbatch_size: 256", "lr=3").schedule().lr()).isEqualTo(3);
    assertThat(parse("lr_base: 0.1", "opt=sgd", "batch_size=512").schedule().lr()).isEqualTo(0.2);
  }

  @Test
  void keysOfTheSameMeaningReplaceEachOther() {
    CheckpointRecipe checkpoints = parse("lr: 1\ninitial_checkpoint: a.pth", "finetune=b.pth").checkpoints();
    assertThat(checkpoints.initial()).contains(new InitialWeights(Path.of("b.pth"), Head.DRAWN_ANEW));
    assertThat(parse("lr: 1\nrecompute: all", "grad_checkpointing=true").run().recompute()).isEqualTo(Recompute.BLOCKS);
    assertThat(parse("lr: 1\nlayer: 12", "depths=[1, 1, 1]").model().architecture().depth()).isEqualTo(3);
  }

  @Test
  void paddedCropsAreOfTheWholeImage() {
    ImageRecipe images = (ImageRecipe) shapes("crop_padding=4", "padding_mode=reflect").input();
    assertThat(images.train().cropMode()).isEqualTo(CropMode.PADDED);
    assertThat(images.train().padding().padding()).isEqualTo(4);
  }

  @Test
  void repeatedAugmentationIsTimms() {
    assertThat(shapes("aug_repeats=3").data().repeatedAugmentation().repeats()).isEqualTo(3);
    assertThat(shapes("aug_repeats=0").data().repeatedAugmentation().repeats()).isEqualTo(1);
  }
}
