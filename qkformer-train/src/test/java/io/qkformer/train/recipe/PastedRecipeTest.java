package io.qkformer.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.qkformer.layer.Recompute;
import io.qkformer.model.Preset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Recipes that were written for the reference and for timm are read as they are. */
class PastedRecipeTest {

  /** The keys, values and spellings of the reference's cifar10.yml. */
  private static final String REFERENCE = """
      dataset: torch/cifar10
      data_dir: /data/torch/cifar10/
      num_classes: 10
      time_step: 4
      layer: 4
      depths: 4
      dim: 384
      num_heads: 8
      patch_size: 4
      mlp_ratio: 4
      img_size: 32
      mean:
          - 0.4914
          - 0.4822
          - 0.4465
      std:
          - 0.2470
          - 0.2435
          - 0.2616
      crop_pct: 1.0
      scale:
          - 1.0
          - 1.0
      ratio: [1.0,1.0]
      #interpolation: random
      color_jitter: 0.
      interpolation: bicubic
      train_interpolation: bicubic
      aa: rand-m9-n1-mstd0.4-inc1
      reprob: 0.25
      remode: const
      mixup: 0.5
      mixup_off_epoch: 200
      mixup_prob: 1.0
      mixup_mode: batch
      mixup_switch_prob: 0.5
      cutmix: 0.0
      smoothing: 0.1
      amp: True
      batch_size: 64
      val_batch_size: 64
      epochs: 400
      lr: 1e-3
      min_lr: 1e-5
      warmup_lr: 0.00001
      warmup_epochs: 20
      cooldown_epochs: 10
      sched: cosine
      opt: adamw
      weight_decay: 6e-2
      workers: 8
      """;

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

  private static Recipe parse(String yaml) {
    return Recipes.parse("pasted.yml", yaml, List.of());
  }

  @Test
  void theReferencesCifarRecipeIsTheBuiltinOneWithWorkingOffEpoch() {
    Recipe pasted = parse(REFERENCE);
    Recipe builtin = Recipes.builtin("cifar10",
        List.of("data_dir=/data/torch/cifar10/", "mixup_off_mode=switches_off", "timm_release=1.0",
            "recovery_seconds=0"));
    assertThat(pasted).isEqualTo(builtin);
    assertThat(pasted.model().config(10)).isEqualTo(Preset.HST_4_384_CIFAR10.config());
    assertThat(pasted.data().requireDirectory()).isEqualTo(Path.of("/data/torch/cifar10"));
    assertThat(pasted.mixing().isActiveIn(199)).isTrue();
    assertThat(pasted.mixing().isActiveIn(200)).isFalse();
    assertThat(warnings()).containsExactly("pasted.yml: these keys have no effect: amp (all is computed in float32)");
  }

  @Test
  void dashesAreUnderscores() {
    assertThat(parse(REFERENCE.replace("weight_decay", "weight-decay").replace("warmup_lr", "warmup-lr")))
        .isEqualTo(parse(REFERENCE));
  }

  @Test
  void whatTimmWritesAboutARunIsRead() {
    Recipe recipe = parse("""
        aa: rand-m9-mstd0.5-inc1
        amp: false
        apex_amp: false
        aug_repeats: 0
        aug_splits: 0
        batch_size: 128
        bce_loss: false
        bn_eps: null
        bn_momentum: null
        channels_last: true
        checkpoint_hist: 3
        class_map: ''
        clip_grad: null
        clip_mode: norm
        crop_pct: null
        cutmix_minmax: null
        decay_milestones:
        - 90
        - 180
        device: cuda
        dist_bn: reduce
        drop: 0.0
        drop_path: 0.1
        epoch_repeats: 0.0
        eval_metric: top1
        experiment: ''
        gp: null
        initial_checkpoint: ''
        input_size:
        - 3
        - 224
        - 224
        jsd_loss: false
        local_rank: 0
        lr: 0.001
        lr_base: 0.1
        lr_base_scale: ''
        lr_noise: null
        model: QKFormer_10_384
        model_ema: true
        model_kwargs: {}
        no_aug: false
        opt: adamw
        opt_betas: null
        opt_eps: null
        output: ''
        pin_mem: false
        pretrained: false
        resume: ''
        split_bn: false
        sync_bn: false
        torchscript: false
        train_split: train
        tta: 0
        val_split: validation
        validation_batch_size: null
        worker_seeding: all
        """);
    assertThat(recipe.schedule().lr()).isEqualTo(0.001);
    assertThat(recipe.schedule().epochs()).isEqualTo(300);
    assertThat(recipe.batches().validation()).isEqualTo(128);
    assertThat(recipe.checkpoints()).isEqualTo(new CheckpointRecipe(Optional.empty(), 3, 0, 0));
    assertThat(recipe.model().config(1000)).isEqualTo(Preset.HST_10_384.config().withStochasticDepth(0.1));
    assertThat(recipe.ema().orElseThrow().decay()).isEqualTo(0.9998);
    assertThat(warnings()).singleElement().asString().contains("channels_last", "decay_milestones", "device", "dist_bn",
        "worker_seeding").doesNotContain("amp", "split_bn", "eval_metric", "tta", "lr_noise");
  }

  @Test
  void theArgumentsOfTheReferencesImageNetScriptAreRead() {
    Recipe recipe = parse("""
        model: QKFormer_10_768
        data_path: /data/imagenet
        nb_classes: 1000
        input_size: 224
        time_step: 4
        batch_size: 24
        accum_iter: 24
        blr: 6e-4
        lr: null
        min_lr: 1e-6
        warmup_epochs: 5
        epochs: 200
        sched: mae
        opt: adamw
        weight_decay: 0.05
        layer_decay: 1.0
        color_jitter: null
        aa: rand-m9-mstd0.5-inc1
        reprob: 0.25
        remode: pixel
        train_interpolation: bicubic
        erasing_order: before_mixing
        finetune: ''
        num_workers: 10
        seed: 0
        pin_mem: true
        global_pool: true
        dist_eval: false
        """);
    Recipe builtin = Recipes.builtin("imagenet-768",
        List.of("data_dir=/data/imagenet", "timm_release=1.0", "recovery_seconds=0", "layer_decay=1"));
    assertThat(recipe).isEqualTo(builtin);
  }

  @Test
  void checkpointingOfGradientsIsRecomputationOfBlocks() {
    assertThat(parse("lr: 1\ngrad_checkpointing: true").run().recompute())
        .isEqualTo(Recompute.BLOCKS);
  }

  @Test
  void everyEnumOfTheReferenceHasItsSpelling() {
    Stream.of("torch/cifar10", "CIFAR10", "cifar10").forEach(name -> assertThat(
        parse("lr: 1\ndataset: " + name).data().dataset()).isEqualTo(DatasetKind.CIFAR10));
    Stream.of("''", "imagenet", "ImageFolder").forEach(name -> assertThat(
        parse("lr: 1\ndataset: " + name).data().dataset()).isEqualTo(DatasetKind.FOLDER));
    assertThat(parse("lr: 1\ndataset: DVS128Gesture").data().dataset()).isEqualTo(DatasetKind.DVS128_GESTURE);
  }
}
