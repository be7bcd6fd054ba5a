package io.qkformer.examples.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.qkformer.examples.baseline.BaselineConfig.Input;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers of parameters in Tables 2 and 3, and in the logs that the authors published. */
class BaselineCountsTest {

  private static final List<Baseline> ALL = List.of(Spikformer::create, SpikformerCml::create, Spikingformer::create,
      SpikeDrivenTransformer::create);

  private interface Baseline {
    Classifier create(BaselineConfig config, long seed);
  }

  private static long count(Baseline baseline, Input input, int depth, int width, int heads, int classes) {
    return baseline.create(new BaselineConfig(input, depth, width, heads, classes), 0).parameterCount();
  }

  private static void assertCount(long count, long exact, String millions) {
    assertThat(count).isEqualTo(exact);
    assertPrinted(count, millions);
  }

  /** What the papers print, some rounded and some cut off: in one of both ways ours gives the same digits. */
  private static void assertPrinted(long count, String millions) {
    BigDecimal exact = BigDecimal.valueOf(count).movePointLeft(6);
    assertThat(Stream.of(RoundingMode.HALF_UP, RoundingMode.DOWN).map(mode -> exact.setScale(2, mode).toString()))
        .as("%,d", count).contains(millions);
  }

  @ParameterizedTest
  @CsvSource({"384, 12, 16816024, 16.81", "512, 8, 29689384, 29.68", "768, 12, 66338632, 66.34"})
  void eightBlocksOnImageNet(int width, int heads, long exact, String printed) {
    assertPrinted(exact, printed);
    for (Baseline baseline : ALL) {
      assertThat(count(baseline, Input.IMAGENET, 8, width, heads, 1000)).isEqualTo(exact);
    }
  }

  @Test
  void networksForCifar() {
    for (Baseline baseline : List.<Baseline>of(Spikformer::create, SpikformerCml::create)) {
      assertCount(count(baseline, Input.CIFAR, 4, 384, 12, 10), 9_324_730, "9.32");
    }
    assertCount(count(Spikingformer::create, Input.CIFAR, 4, 384, 12, 10), 9_320_122, "9.32");
    assertCount(count(Spikingformer::create, Input.CIFAR, 2, 384, 12, 10), 5_762_746, "5.76");
    assertCount(count(Spikingformer::create, Input.CIFAR, 4, 256, 8, 10), 4_152_106, "4.15");
    // the table's number is that of 100 classes; with 10 it would be 10.23
    assertCount(count(SpikeDrivenTransformer::create, Input.CIFAR, 2, 512, 8, 100), 10_279_588, "10.28");
  }

  @Test
  void networksForEvents() {
    for (Baseline baseline : ALL) {
      assertCount(count(baseline, Input.EVENTS, 2, 256, 16, 10), 2_566_666, "2.57");
    }
  }

  /**
   * What the authors' programs printed when they started. They count two LayerNorms of 2 D values in each block, which
   * their networks never use, and which are left out here.
   */
  @Test
  void thePublishedLogsCountAsMuchButForTheNormsThatNobodyUses() {
    assertThat(count(SpikformerCml::create, Input.CIFAR, 4, 384, 12, 10) + 4 * 2 * 2 * 384).isEqualTo(9_330_874);
    assertThat(count(Spikingformer::create, Input.IMAGENET, 8, 384, 12, 1000) + 8 * 2 * 2 * 384)
        .isEqualTo(16_828_312);
    assertThat(count(Spikingformer::create, Input.IMAGENET, 8, 512, 8, 1000) + 8 * 2 * 2 * 512)
        .isEqualTo(29_705_768);
    assertThat(count(Spikingformer::create, Input.EVENTS, 2, 256, 16, 10) + 2 * 2 * 2 * 256).isEqualTo(2_568_714);
  }

  /** They are examples of how to compose a network: each is short, whatever it is given of the library's parts. */
  @ParameterizedTest
  @ValueSource(classes = {Spikformer.class, SpikformerCml.class, Spikingformer.class, SpikeDrivenTransformer.class,
      Classifier.class})
  void eachBaselineIsComposedInUnderAHundredLines(Class<?> baseline) throws IOException {
    Path source = Path.of("src", "main", "java").resolve(baseline.getName().replace('.', '/') + ".java");
    assumeTrue(Files.isRegularFile(source), () -> "skipped: there is no " + source.toAbsolutePath());
    assertThat(Files.readAllLines(source)).as(source.toString()).hasSizeLessThan(100);
  }

  @Test
  void badConfigurationsAreRefused() {
    assertThatThrownBy(() -> new BaselineConfig(Input.CIFAR, 0, 64, 4, 10)).hasMessageContaining("depth = 0");
    assertThatThrownBy(() -> new BaselineConfig(Input.CIFAR, 1, 60, 4, 10))
        .hasMessageContaining("multiple of 8").hasMessageContaining("60");
    assertThatThrownBy(() -> new BaselineConfig(Input.CIFAR, 1, 64, 5, 10))
        .hasMessage("heads must divide the width: heads = 5, width = 64");
  }
}
