package io.qkformer.train.recipe;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keys of timm and the reference that have no counterpart here. They are accepted where leaving them out changes no
 * result.
 */
final class InertKeys {

  /**
   * What is accepted.
   *
   * @param values in small letters; empty for all
   * @param reason why it has no effect, or why other values are refused
   */
  private record Rule(Set<String> values, String reason) {

    private boolean accepts(Written written) {
      return values.isEmpty() || written.isNone()
          || written.isScalar() && values.contains(written.text().toLowerCase(Locale.ROOT));
    }
  }

  /** With these a key asks for nothing. */
  private static final Set<String> NEUTRAL = Set.of("false", "no", "off", "0", "0.", "0.0");
  private static final Map<String, Rule> RULES = rules();

  private InertKeys() {
  }

  private static Map<String, Rule> rules() {
    Map<String, Rule> rules = new LinkedHashMap<>();
    put(rules, "all is computed in float32", Set.of(), "amp", "native_amp", "apex_amp", "amp_dtype", "amp_impl",
        "model_dtype");
    put(rules, "a matter of GPUs and of several processes", Set.of(), "channels_last", "pin_mem", "pin_memory",
        "no_pin_mem", "no_prefetcher", "use_multi_epochs_loader", "worker_seeding", "torchscript", "torchcompile",
        "torchcompile_mode", "fuser", "fast_norm", "device", "device_modules", "local_rank", "world_size", "dist_url", "dist_on_itp",
        "dist_eval", "distributed", "rank", "gpu", "sync_bn", "dist_bn", "no_ddp_bb", "synchronize_step",
        "model_ema_force_cpu", "prefetcher");
    put(rules, "logs and pictures of other programs", Set.of(), "log_wandb", "save_images", "log_dir", "tb",
        "tensorboard", "wandb_project", "wandb_tags", "wandb_resume_id", "print_freq");
    put(rules, "of data sets that are streamed or come from Hugging Face", Set.of(), "train_num_samples",
        "val_num_samples", "input_key", "target_key", "dataset_trust_remote_code");
    put(rules, "used with another key only, which is not supported", Set.of(), "lr_noise_pct", "lr_noise_std",
        "patience_epochs", "decay_milestones", "no_resume_opt");
    put(rules, "it has no counterpart here", NEUTRAL, "jsd", "jsd_loss", "bce_loss", "bce_sum",
        "bce_target_thresh", "bce_pos_weight", "split_bn", "resplit", "aug_splits", "no_aug", "drop", "drop_connect", "drop_block",
        "lr_noise", "epoch_repeats", "tta", "bn_tf", "pretrained", "dataset_download", "class_map", "T_train",
        "color_jitter_prob", "grayscale_prob", "gaussian_blur_prob", "opt_kwargs", "model_kwargs", "head_init_scale",
        "head_init_bias", "layer_decay_no_opt_scale", "naflex_loader", "kd_model_name");
    put(rules, "name weights to start with as finetune or initial_checkpoint", NEUTRAL, "pretrained_path");
    put(rules, "images are read in colour", Set.of("rgb"), "input_img_mode");
    put(rules, "give the run's folder to the command that resumes", NEUTRAL, "resume", "auto_resume");
    put(rules, "evaluation is a command of its own", NEUTRAL, "eval", "test_only");
    put(rules, "the best epoch is that of the best top-1 accuracy", Set.of("top1"), "eval_metric");
    put(rules, "a test after each epoch", Set.of("1"), "val_interval");
    put(rules, "batch norm has PyTorch's momentum", Set.of("0.1"), "bn_momentum");
    put(rules, "batch norm has PyTorch's epsilon", Set.of("1e-5", "1e-05", "0.00001"), "bn_eps");
    put(rules, "the head averages over all tokens", Set.of("avg", "true"), "gp", "global_pool");
    put(rules, "Q, K and V have no bias", NEUTRAL, "qkv_bias", "cls_token");
    put(rules, "residual connections add", Set.of("add"), "connect_f");
    put(rules, "crops are random and resized, or padded with crop_padding", Set.of("rrc"), "train_crop_mode");
    put(rules, "evaluation crops the centre", Set.of("center"), "crop_mode");
    put(rules, "training images are in train/", Set.of("train"), "train_split");
    put(rules, "test images are in test/ or val/", Set.of("validation", "val", "test"), "val_split");
    return Collections.unmodifiableMap(rules);
  }

  private static void put(Map<String, Rule> rules, String reason, Set<String> values, String... names) {
    for (String name : names) {
      rules.put(name, new Rule(values, reason));
    }
  }

  /** All of them. */
  static Set<String> names() {
    return RULES.keySet();
  }

  /**
   * Checks such keys.
   *
   * @param entries by the keys' own names, others among them
   * @return a remark for each that asks for something, in their order
   * @throws RecipeException when leaving one out would change results
   */
  static List<String> check(Map<String, Entry> entries) {
    List<String> remarks = new ArrayList<>();
    entries.forEach((name, entry) -> Optional.ofNullable(RULES.get(name)).ifPresent(rule -> {
      Written value = entry.value();
      if (!rule.accepts(value)) {
        throw new RecipeException(entry.place() + ": " + entry.key() + ": " + value.shown()
            + " is not supported and would change results; expected none"
            + (rule.values().equals(NEUTRAL) ? " or false" : " or " + String.join(" or ", rule.values()))
            + " (" + rule.reason() + ")");
      }
      if (rule.values().isEmpty() && asksForSomething(value)) {
        remarks.add(entry.key() + " (" + rule.reason() + ")");
      }
    }));
    return remarks;
  }

  private static boolean asksForSomething(Written value) {
    return value.isScalar() ? !value.isNone() && !NEUTRAL.contains(value.text().toLowerCase(Locale.ROOT))
        : !value.items().isEmpty();
  }
}
