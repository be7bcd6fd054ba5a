package io.qkformer.train.recipe;

import io.qkformer.train.augment.ColorJitter;
import java.util.List;

/** timm's {@code color_jitter}: one strength, or those of brightness, contrast, saturation and hue. */
final class JitterType {

  private static final Type<Double> STRENGTH = Types.atLeast(0);
  private static final Type<List<Double>> LIST = Types.list(STRENGTH, 3, 4);

  static final Type<ColorJitter> TYPE = new Type<>(
      "a strength of at least 0, or [brightness, contrast, saturation, hue], the last at most 0.5", written -> {
        if (written.isScalar()) {
          return ColorJitter.of(STRENGTH.reader().apply(written));
        }
        List<Double> each = LIST.reader().apply(written);
        return new ColorJitter(each.get(0), each.get(1), each.get(2), each.size() > 3 ? each.get(3) : 0);
      }, jitter -> jitter.equals(ColorJitter.of(jitter.brightness())) ? STRENGTH.writer().apply(jitter.brightness())
          : LIST.writer().apply(List.of(jitter.brightness(), jitter.contrast(), jitter.saturation(), jitter.hue())));

  private JitterType() {
  }
}
