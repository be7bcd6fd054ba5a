package io.qkformer.train.recipe;

import io.qkformer.attention.AttentionKind;
import io.qkformer.attention.SsaTiming;
import io.qkformer.embedding.EmbeddingPath.Order;
import io.qkformer.model.Form;
import io.qkformer.model.HstConfig;
import io.qkformer.model.Preset;
import io.qkformer.model.StageConfig;
import io.qkformer.neuron.Shortcut;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** The keys of the model. A preset, named or that of the data set, gives what is left out. */
final class ModelKeys {

  /** A name of the reference, which leaves open what it stands for. */
  private static final Optional<Preset> OF_THE_DATASET = Optional.empty();

  static final Key<Optional<Preset>> MODEL = Key.of("model", Types.named(presets(), Map.of(
      "qkformer", OF_THE_DATASET, "vitsnn", OF_THE_DATASET,
      "qkformer_10_384", Optional.of(Preset.HST_10_384), "qkformer_10_512", Optional.of(Preset.HST_10_512),
      "qkformer_10_768", Optional.of(Preset.HST_10_768))));
  static final Key<Form> FORM = Key.of("form", Types.constant(Form.class));
  static final Key<List<Integer>> DIM =
      Key.of("dim", Types.list(Types.whole(1), 1, 16), "width", "embed_dim", "embed_dims");
  static final Key<Depths> DEPTHS = Key.of("depths", Depths.TYPE);
  static final Key<Integer> LAYER = Key.of("layer", Types.whole(1), "layers");
  static final Key<List<AttentionKind>> ATTENTION =
      Key.of("attention", Types.list(Types.constant(AttentionKind.class), 1, 16));
  static final Key<List<Integer>> NUM_HEADS = Key.of("num_heads", Types.list(Types.whole(1), 1, 16), "heads");
  static final Key<List<Double>> MLP_RATIO =
      Key.of("mlp_ratio", Types.list(Types.above(0), 1, 16), "mlp_ratios");
  static final Key<Integer> PATCH_SIZE = Key.of("patch_size", Types.whole(1));
  static final Key<Integer> IN_CHANNELS = Key.of("in_channels", Types.whole(1), "in_chans");
  static final Key<Integer> NUM_CLASSES = Key.of("num_classes", Types.whole(1), "nb_classes", "classes");
  static final Key<Integer> TIME_STEP = Key.of("time_step", Types.whole(1), "T", "time_steps");
  static final Key<Integer> IMG_SIZE = Key.of("img_size", ImageSizes.TYPE, "input_size", "size");
  static final Key<SsaTiming> SSA_TIMING = Key.of("ssa_timing", Types.constant(SsaTiming.class));
  static final Key<Double> SSA_SCALE = Key.of("ssa_scale", Types.above(0));
  static final Key<Double> ATTENTION_THRESHOLD = Key.of("attention_threshold", Types.above(0));
  static final Key<Order> EMBEDDING_ORDER = Key.of("embedding_order", Types.constant(Order.class));
  static final Key<Shortcut> SHORTCUT = Key.of("shortcut", Types.constant(Shortcut.class));
  static final Key<Double> DROP_PATH = Key.of("drop_path",
      Types.number("of at least 0 and below 1", rate -> rate >= 0 && rate < 1), "drop_path_rate", "stochastic_depth");

  static final List<Key<?>> KEYS = List.of(MODEL, FORM, DIM, DEPTHS, LAYER, ATTENTION, NUM_HEADS, MLP_RATIO,
      PATCH_SIZE, IN_CHANNELS, NUM_CLASSES, TIME_STEP, IMG_SIZE, SSA_TIMING, SSA_SCALE, ATTENTION_THRESHOLD,
      EMBEDDING_ORDER, SHORTCUT, DROP_PATH);
  /** What a preset decides: an override of the model takes these of the file with it. */
  static final List<Key<?>> ARCHITECTURE = List.of(FORM, DIM, DEPTHS, LAYER, ATTENTION, NUM_HEADS, MLP_RATIO,
      PATCH_SIZE, IN_CHANNELS, TIME_STEP, EMBEDDING_ORDER);

  private ModelKeys() {
  }

  private static Map<String, Optional<Preset>> presets() {
    Map<String, Optional<Preset>> presets = new LinkedHashMap<>();
    for (Preset preset : Preset.values()) {
      presets.put(preset.id(), Optional.of(preset));
    }
    return Collections.unmodifiableMap(presets);
  }

  private static Preset preset(DatasetKind dataset) {
    return switch (dataset) {
      case SHAPES, CIFAR10 -> Preset.HST_4_384_CIFAR10;
      case CIFAR100 -> Preset.HST_4_384_CIFAR100;
      case FOLDER -> Preset.HST_10_384;
      case CIFAR10_DVS, CIFAR10_DVS_SIMULATED, EVENT_FOLDER, GESTURES_SIMULATED, N_MNIST -> Preset.HST_2_256_CIFAR10_DVS;
      case DVS128_GESTURE -> Preset.HST_2_256_DVS128_REFERENCE;
    };
  }

  static ModelRecipe read(Values values, DatasetKind dataset) {
    HstConfig base = values.find(MODEL).orElse(OF_THE_DATASET).orElseGet(() -> preset(dataset)).config();
    Form form = values.get(FORM, base.form());
    List<Integer> depths = depths(values, form, base);
    List<Integer> widths = widths(values, depths.size(), base);
    List<AttentionKind> kinds = kinds(values, depths.size());
    List<Integer> heads = spread(values, NUM_HEADS, depths.size(), stages(base, StageConfig::heads));
    List<Double> ratios = spread(values, MLP_RATIO, depths.size(), stages(base, StageConfig::mlpRatio));
    int size = values.find(IMG_SIZE).orElse(base.height());
    HstConfig config = values.build(() -> {
      List<StageConfig> stages = new ArrayList<>();
      for (int i = 0; i < depths.size(); i++) {
        stages.add(new StageConfig(widths.get(i), depths.get(i), kinds.get(i), heads.get(i), ratios.get(i)));
      }
      return new HstConfig(form, values.find(IN_CHANNELS).orElse(dataset.content().channels()), size, size, stages, 1,
          values.find(TIME_STEP).orElse(base.timeSteps()), NeuronKeys.read(values),
          values.get(ATTENTION_THRESHOLD, base.attentionThreshold()), values.get(SSA_SCALE, base.ssaScale()),
          values.get(SSA_TIMING, base.ssaTiming()), values.get(EMBEDDING_ORDER, form.order()),
          values.get(SHORTCUT, base.shortcut()), values.find(DROP_PATH).orElse(0.0));
    }, IMG_SIZE, DIM, DEPTHS, NUM_HEADS, FORM);
    // the reference and timm's vision transformers call so what the strides come to
    values.find(PATCH_SIZE).filter(patch -> patch != config.totalStride()).ifPresent(patch -> {
      throw values.error(PATCH_SIZE, "expected " + config.totalStride() + ", by which the strides of form " + form
          + " divide images, got " + patch + "; leave it out");
    });
    return new ModelRecipe(config, values.find(NUM_CLASSES).map(OptionalInt::of).orElse(OptionalInt.empty()));
  }

  private static List<Integer> depths(Values values, Form form, HstConfig base) {
    Optional<Depths> depths = values.find(DEPTHS);
    Optional<Integer> total = values.find(LAYER);
    depths.filter(each -> total.isPresent() && each.total() != total.get()).ifPresent(each -> {
      throw values.error(LAYER, "expected the blocks that depths has, " + each.total() + ", got " + total.get());
    });
    return depths.or(() -> total.map(Depths::of)).map(each -> values.build(() -> each.in(form), DEPTHS, LAYER))
        .orElseGet(() -> form == base.form() || !form.isSpikformer() && !base.form().isSpikformer()
            ? stages(base, StageConfig::depth) : Depths.of(base.depth()).in(form));
  }

  private static List<Integer> widths(Values values, int stages, HstConfig base) {
    List<Integer> given = values.find(DIM).orElseGet(() -> base.stages().size() == stages
        ? stages(base, StageConfig::width) : List.of(base.stages().get(base.stages().size() - 1).width()));
    if (given.size() == stages) {
      return given;
    }
    int last = given.get(0);
    if (given.size() > 1 || stages > 30 || last % (1 << (stages - 1)) != 0) {
      throw values.error(DIM, "expected the channels of the last stage, which halve " + (stages - 1)
          + " times, or those of each of " + stages + " stages, got " + given);
    }
    List<Integer> widths = new ArrayList<>();
    for (int i = stages - 1; i >= 0; i--) {
      widths.add(last >> i);
    }
    return widths;
  }

  /** Two are the early stages' and the last one's, as the paper's "QKTA + SSA" means it for two stages and for three. */
  private static List<AttentionKind> kinds(Values values, int stages) {
    List<AttentionKind> given = values.get(ATTENTION,
        stages == 1 ? List.of(AttentionKind.SSA) : List.of(AttentionKind.QKTA, AttentionKind.SSA));
    if (given.size() != 1 && given.size() != stages && (given.size() != 2 || stages < 2)) {
      throw values.error(ATTENTION, "expected one for all, two for the early stages and the last one, or one for each of "
          + stages + " stages, got " + given);
    }
    if (given.size() == stages) {
      return given;
    }
    List<AttentionKind> kinds = new ArrayList<>(Collections.nCopies(stages, given.get(0)));
    kinds.set(stages - 1, given.get(given.size() - 1));
    return kinds;
  }

  private static <T> List<T> spread(Values values, Key<List<T>> key, int stages, List<T> otherwise) {
    List<T> given = values.get(key, otherwise.size() == stages ? otherwise : otherwise.subList(0, 1));
    if (given.size() != 1 && given.size() != stages) {
      throw values.error(key, "expected one for all, or one for each of " + stages + " stages, got " + given);
    }
    return given.size() == stages ? given : Collections.nCopies(stages, given.get(0));
  }

  private static <T> List<T> stages(HstConfig config, Function<StageConfig, T> property) {
    return config.stages().stream().map(property).toList();
  }

  static void write(ModelRecipe model, Lines lines) {
    HstConfig config = model.architecture();
    lines.comment("Model");
    Optional<Optional<Preset>> preset =
        presets().values().stream().filter(known -> isArchitecture(known.orElseThrow(), config)).findFirst();
    lines.putOptional(MODEL, preset);
    lines.put(FORM, config.form());
    lines.put(DIM, stages(config, StageConfig::width));
    lines.put(DEPTHS, new Depths(stages(config, StageConfig::depth), Depths.Meaning.EACH_STAGE));
    lines.none(LAYER);
    lines.put(ATTENTION, stages(config, StageConfig::attention));
    lines.put(NUM_HEADS, stages(config, StageConfig::heads));
    lines.put(MLP_RATIO, stages(config, StageConfig::mlpRatio));
    lines.put(PATCH_SIZE, config.totalStride());
    lines.put(IN_CHANNELS, config.inChannels());
    lines.putOptional(NUM_CLASSES, model.numClasses().stream().boxed().findFirst());
    lines.put(TIME_STEP, config.timeSteps());
    lines.put(IMG_SIZE, config.height());
    lines.put(SSA_TIMING, config.ssaTiming());
    lines.put(SSA_SCALE, config.ssaScale());
    lines.put(ATTENTION_THRESHOLD, config.attentionThreshold());
    lines.put(EMBEDDING_ORDER, config.order());
    lines.put(SHORTCUT, config.shortcut());
    lines.put(DROP_PATH, config.stochasticDepth());
  }

  private static boolean isArchitecture(Preset preset, HstConfig config) {
    return preset.config().form() == config.form() && preset.config().stages().equals(config.stages());
  }
}
