package io.qkformer.train.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.train.data.Image;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Changes of colour. */
class ColorJitterTest {
  private static final Image PRIMARIES = Pictures.rgb(3, 255, 0, 0, 0, 255, 0, 0, 0, 255);

  @Test
  void aThirdOfTheCircleTurnsRedIntoGreen() {
    assertThat(Pictures.values(ColorChange.HUE.apply(PRIMARIES, 1.0 / 3)))
        .containsExactly(0, 255, 0, 0, 0, 255, 255, 0, 0);
    // 0 - 85 wraps to 171, one step beyond blue
    assertThat(Pictures.values(ColorChange.HUE.apply(PRIMARIES, -1.0 / 3)))
        .containsExactly(6, 0, 255, 255, 0, 0, 0, 255, 0);
  }

  @Property(tries = 50)
  void greysHaveNoHue(@ForAll byte level) {
    Image grey = Pictures.row(level & 0xFF, 0, 255);
    assertThat(ColorChange.HUE.apply(grey, 0.3)).isEqualTo(grey);
    assertThat(ColorChange.SATURATION.apply(grey, 0.3)).isEqualTo(grey);
  }

  @Test
  void factorsAreUniformAroundOne() {
    int draws = 20_000;
    for (ColorChange change : ColorChange.values()) {
      double centre = change == ColorChange.HUE ? 0 : 1;
      double sum = 0;
      double least = 9;
      double most = -9;
      for (int i = 0; i < draws; i++) {
        double factor = ColorJitter.factor(change, 0.4, Pictures.random(i));
        sum += factor;
        least = Math.min(least, factor);
        most = Math.max(most, factor);
      }
      assertThat(sum / draws).isCloseTo(centre, within(5 * 0.8 / Math.sqrt(12.0 * draws)));
      assertThat(least).isBetween(centre - 0.4, centre - 0.399);
      assertThat(most).isBetween(centre + 0.399, centre + 0.4);
    }
    assertThat(ColorJitter.factor(ColorChange.CONTRAST, 3, Pictures.random(0))).isNotNegative();
  }

  @Test
  void theStreamAloneDecides() {
    ColorJitter jitter = new ColorJitter(0.4, 0.4, 0.4, 0.1);
    Image image = Pictures.noise(8, 8, 2);
    Set<Image> results = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      results.add(jitter.apply(image, Pictures.random(i)));
      assertThat(jitter.apply(image, Pictures.random(i))).isIn(results);
    }
    assertThat(results).hasSize(20);
    assertThat(ColorJitter.of(0).apply(image, Pictures.random(1))).isSameAs(image);
  }

  @Test
  void badValuesAreRefused() {
    assertThatThrownBy(() -> ColorJitter.of(-0.1)).hasMessageContaining("-0.1");
    assertThatThrownBy(() -> new ColorJitter(0, 0, 0, 0.6)).hasMessageContaining("hue");
    assertThatThrownBy(() -> ColorChange.HUE.apply(PRIMARIES, 0.7)).hasMessageContaining("0.7");
    assertThatThrownBy(() -> ColorChange.CONTRAST.apply(PRIMARIES, Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> ColorChange.named("colour")).hasMessageContaining("saturation");
  }
}
