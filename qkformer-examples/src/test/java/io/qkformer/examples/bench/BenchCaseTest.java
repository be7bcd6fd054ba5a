package io.qkformer.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.attention.SsaTiming;
import io.qkformer.model.QKFormer;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BenchCaseTest {

  /** From the peer: {@code flops(..)} of bench_torch.py (printed by {@code --flops}), parameters, CASES and --T. */
  @ParameterizedTest
  @CsvSource({
      "cifar384,    12_127_968_768,  36_373_289_472,  6_706_234,  32,  4",
      "cifar256,     5_392_569_344,  16_170_630_144,  2_988_074,  32,  4",
      "cifar128,     1_349_913_088,   4_046_200_320,    752_666,  32,  4",
      "gesture,     17_850_963_456,  53_401_895_424,  1_999_371, 128, 16",
      "cifar10dvs,  16_240_350_208,  48_570_055_680,  1_504_138, 128, 16",
      "imagenet384, 47_187_081_216, 141_041_018_880, 16_473_688, 224,  4"})
  void isThePeersCaseAndCountsAsThePeerDoes(String id, String forward, String training, String parameters, int side,
      int timeSteps) {
    BenchCase benchCase = BenchCase.valueOf(id.toUpperCase(Locale.ROOT));
    QKFormer network = new QKFormer(benchCase.config(), 0);

    assertThat(benchCase.id()).isEqualTo(id);
    assertThat(Flops.of(network)).isEqualTo(new Flops(number(forward), number(training)));
    assertThat(network.parameterCount()).isEqualTo(number(parameters));
    assertThat(benchCase.config().height()).isEqualTo(side);
    assertThat(benchCase.config().timeSteps()).isEqualTo(timeSteps);
  }

  private static long number(String text) {
    return Long.parseLong(text.replace("_", ""));
  }

  @ParameterizedTest
  @EnumSource
  void computesWithThePeersMergedTime(BenchCase benchCase) {
    assertThat(benchCase.config().ssaTiming()).isEqualTo(SsaTiming.MERGED);
  }
}
