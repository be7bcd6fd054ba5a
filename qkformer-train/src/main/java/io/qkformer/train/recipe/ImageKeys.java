package io.qkformer.train.recipe;

import io.qkformer.train.augment.ColorJitter;
import io.qkformer.train.augment.ErasingMode;
import io.qkformer.train.augment.ErasingOrder;
import io.qkformer.train.augment.EvaluationTransform;
import io.qkformer.train.augment.Interpolation;
import io.qkformer.train.augment.RandomResizedCrop;
import io.qkformer.train.augment.Range;
import io.qkformer.train.augment.Resampling;
import io.qkformer.train.augment.TrainTransformBuilder;
import io.qkformer.train.data.Normalization;
import io.qkformer.train.data.PaddingMode;
import io.qkformer.train.data.RandomHorizontalFlip;
import io.qkformer.train.recipe.ImageRecipe.Colour;
import io.qkformer.train.recipe.ImageRecipe.Crop;
import io.qkformer.train.recipe.ImageRecipe.Erasing;
import io.qkformer.train.reference.TimmRelease;
import java.util.List;
import java.util.Optional;

/** The keys of what happens to images. */
final class ImageKeys {

  private static final Type<Range> RANGE = Types.mapped(Types.list(Types.above(0), 2, 2),
      pair -> new Range(pair.get(0), pair.get(1)), range -> List.of(range.low(), range.high()));
  private static final Type<Double> ANY = Types.number("", value -> true);

  static final Key<Range> SCALE = Key.of("scale", RANGE);
  static final Key<Range> RATIO = Key.of("ratio", RANGE);
  static final Key<Integer> CROP_PADDING = Key.of("crop_padding", Types.whole(0));
  static final Key<PaddingMode> PADDING_MODE = Key.of("padding_mode", Types.constant(PaddingMode.class));
  static final Key<Interpolation> TRAIN_INTERPOLATION =
      Key.of("train_interpolation", Types.constant(Interpolation.class));
  /** Of images and events. */
  static final Key<Double> HFLIP = Key.of("hflip", Types.share(), "flip");
  static final Key<Double> VFLIP = Key.of("vflip", Types.share());
  /** A policy of RandAugment for images, of its own for events. */
  static final Key<String> AA = Key.of("aa", Types.text());
  static final Key<Optional<ColorJitter>> COLOR_JITTER = Key.of("color_jitter", Types.orNone(JitterType.TYPE));
  static final Key<List<Double>> MEAN = Key.of("mean", Types.list(ANY, 3, 3));
  static final Key<List<Double>> STD = Key.of("std", Types.list(Types.above(0), 3, 3));
  static final Key<Double> REPROB = Key.of("reprob", Types.share());
  static final Key<ErasingMode> REMODE = Key.of("remode", Types.constant(ErasingMode.class));
  static final Key<Integer> RECOUNT = Key.of("recount", Types.whole(1));
  static final Key<ErasingOrder> ERASING_ORDER = Key.of("erasing_order", Types.constant(ErasingOrder.class));
  static final Key<Double> CROP_PCT = Key.of("crop_pct", Types.above(0));
  static final Key<Resampling> INTERPOLATION = Key.of("interpolation", Types.constant(Resampling.class));

  /** What frames of events do not have. */
  static final List<Key<?>> OF_IMAGES_ONLY = List.of(SCALE, RATIO, CROP_PADDING, PADDING_MODE, TRAIN_INTERPOLATION,
      VFLIP, COLOR_JITTER, MEAN, STD, REPROB, REMODE, RECOUNT, ERASING_ORDER, CROP_PCT, INTERPOLATION);
  static final List<Key<?>> KEYS = List.of(SCALE, RATIO, CROP_PADDING, PADDING_MODE, TRAIN_INTERPOLATION, HFLIP,
      VFLIP, AA, COLOR_JITTER, MEAN, STD, REPROB, REMODE, RECOUNT, ERASING_ORDER, CROP_PCT, INTERPOLATION);

  /** Up to this size the reference cuts the centre out of larger ImageNet pictures. */
  private static final int LARGEST_CROPPED = 224;

  private ImageKeys() {
  }

  static ImageRecipe read(Values values, int size, DatasetKind dataset, TimmRelease release) {
    Normalization usual = dataset == DatasetKind.FOLDER ? Normalization.IMAGENET : Normalization.CIFAR10;
    Normalization normalization = values.build(
        () -> new Normalization(values.find(MEAN).orElse(usual.mean()), values.find(STD).orElse(usual.std())),
        MEAN, STD);
    double usualCrop =
        dataset == DatasetKind.FOLDER && size <= LARGEST_CROPPED ? EvaluationTransform.DEFAULT_CROP_PCT : 1;
    EvaluationTransform evaluation = values.build(() -> new EvaluationTransform(size,
        values.find(CROP_PCT).orElse(usualCrop), values.find(INTERPOLATION).orElse(Resampling.BICUBIC), normalization),
        CROP_PCT);
    Crop crop = new Crop(values.get(SCALE, RandomResizedCrop.DEFAULT_SCALE),
        values.get(RATIO, RandomResizedCrop.DEFAULT_RATIO), values.get(CROP_PADDING, 0),
        values.get(PADDING_MODE, PaddingMode.CONSTANT), values.get(TRAIN_INTERPOLATION, Interpolation.RANDOM),
        values.get(HFLIP, RandomHorizontalFlip.DEFAULT_PROBABILITY), values.get(VFLIP, 0.0));
    Colour colour = new Colour(values.find(AA), values.get(COLOR_JITTER,
        Optional.of(ColorJitter.of(TrainTransformBuilder.DEFAULT_COLOR_JITTER))).orElse(ColorJitter.of(0)), release);
    Erasing erasing = new Erasing(values.get(REPROB, 0.0), values.get(REMODE, ErasingMode.PIXEL),
        values.get(RECOUNT, 1), values.get(ERASING_ORDER, ErasingOrder.AFTER_MIXING));
    return values.build(() -> new ImageRecipe(crop, colour, erasing, evaluation), AA, MEAN, SCALE);
  }

  static void write(ImageRecipe images, Lines lines) {
    lines.comment("Images");
    lines.put(SCALE, images.crop().scale());
    lines.put(RATIO, images.crop().ratio());
    lines.put(CROP_PADDING, images.crop().padding());
    lines.put(PADDING_MODE, images.crop().paddingMode());
    lines.put(TRAIN_INTERPOLATION, images.crop().interpolation());
    lines.put(HFLIP, images.crop().hflip());
    lines.put(VFLIP, images.crop().vflip());
    lines.putOptional(AA, images.colour().aa());
    lines.put(COLOR_JITTER, Optional.of(images.colour().jitter()));
    lines.put(MEAN, images.evaluation().normalization().mean());
    lines.put(STD, images.evaluation().normalization().std());
    lines.put(REPROB, images.erasing().reprob());
    lines.put(REMODE, images.erasing().remode());
    lines.put(RECOUNT, images.erasing().recount());
    lines.put(ERASING_ORDER, images.erasing().order());
    lines.put(CROP_PCT, images.evaluation().cropPct());
    lines.put(INTERPOLATION, images.evaluation().resampling());
  }
}
