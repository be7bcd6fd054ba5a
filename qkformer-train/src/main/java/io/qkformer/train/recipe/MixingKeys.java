package io.qkformer.train.recipe;

import io.qkformer.train.optimize.CutmixRange;
import io.qkformer.train.optimize.MixMode;
import io.qkformer.train.optimize.MixingConfig;
import io.qkformer.train.optimize.MixingConfig.CutmixLambda;
import io.qkformer.train.optimize.MixingConfig.OffEpoch;
import io.qkformer.train.reference.TimmRelease;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The keys of mixup, cutmix and label smoothing. */
final class MixingKeys {

  static final Key<Double> MIXUP = Key.of("mixup", Types.atLeast(0));
  static final Key<Double> CUTMIX = Key.of("cutmix", Types.atLeast(0));
  static final Key<CutmixRange> CUTMIX_MINMAX = Key.of("cutmix_minmax", Types.mapped(
      Types.list(Types.share(), 2, 2), pair -> new CutmixRange(pair.get(0), pair.get(1)),
      range -> List.of(range.min(), range.max())));
  static final Key<Double> MIXUP_PROB = Key.of("mixup_prob", Types.share());
  static final Key<Double> MIXUP_SWITCH_PROB = Key.of("mixup_switch_prob", Types.share());
  static final Key<MixMode> MIXUP_MODE = Key.of("mixup_mode", Types.constant(MixMode.class));
  static final Key<CutmixLambda> CUTMIX_LAMBDA = Key.of("cutmix_lambda", Types.constant(CutmixLambda.class));
  static final Key<Integer> MIXUP_OFF_EPOCH = Key.of("mixup_off_epoch", Types.whole(0));
  static final Key<OffEpoch> MIXUP_OFF_MODE = Key.of("mixup_off_mode", Types.constant(OffEpoch.class));
  static final Key<Double> SMOOTHING =
      Key.of("smoothing", Types.number("of at least 0 and below 1", value -> value >= 0 && value < 1));
  /** Of mixing and of images. */
  static final Key<TimmRelease> TIMM_RELEASE = Key.of("timm_release",
      Types.named(new TreeMap<>(Map.of("1.0", TimmRelease.V1_0, "0.6.12", TimmRelease.V0_6_12)), Map.of()));

  static final List<Key<?>> KEYS = List.of(MIXUP, CUTMIX, CUTMIX_MINMAX, MIXUP_PROB, MIXUP_SWITCH_PROB, MIXUP_MODE,
      CUTMIX_LAMBDA, MIXUP_OFF_EPOCH, MIXUP_OFF_MODE, SMOOTHING, TIMM_RELEASE);

  private MixingKeys() {
  }

  static MixingConfig read(Values values) {
    MixingConfig usual = MixingConfig.defaults();
    return values.build(() -> new MixingConfig(values.get(MIXUP, usual.mixup()), values.get(CUTMIX, usual.cutmix()),
        values.find(CUTMIX_MINMAX), values.get(MIXUP_PROB, usual.mixupProb()),
        values.get(MIXUP_SWITCH_PROB, usual.mixupSwitchProb()), values.get(MIXUP_MODE, usual.mixupMode()),
        values.get(CUTMIX_LAMBDA, usual.lambdaOfCutmix()), values.get(MIXUP_OFF_EPOCH, usual.mixupOffEpoch()),
        values.get(MIXUP_OFF_MODE, usual.offEpoch()), values.get(SMOOTHING, usual.smoothing()),
        values.get(TIMM_RELEASE, usual.release())), MIXUP);
  }

  static void write(MixingConfig mixing, Lines lines) {
    lines.comment("Mixing and labels");
    lines.put(MIXUP, mixing.mixup());
    lines.put(CUTMIX, mixing.cutmix());
    lines.putOptional(CUTMIX_MINMAX, mixing.cutmixMinmax());
    lines.put(MIXUP_PROB, mixing.mixupProb());
    lines.put(MIXUP_SWITCH_PROB, mixing.mixupSwitchProb());
    lines.put(MIXUP_MODE, mixing.mixupMode());
    lines.put(CUTMIX_LAMBDA, mixing.lambdaOfCutmix());
    lines.put(MIXUP_OFF_EPOCH, mixing.mixupOffEpoch());
    lines.put(MIXUP_OFF_MODE, mixing.offEpoch());
    lines.put(SMOOTHING, mixing.smoothing());
    lines.put(TIMM_RELEASE, mixing.release());
  }
}
