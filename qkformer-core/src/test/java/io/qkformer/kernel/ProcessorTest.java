package io.qkformer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which processors are told apart, and what follows for the way of a convolution. */
class ProcessorTest {

  @ParameterizedTest
  @CsvSource({
      "GenuineIntel, 6, fpu avx512f avx512_fp16 amx_bf16, true",
      "GenuineIntel, 6, fpu avx512f avx512_bf16, false",
      "AuthenticAMD, 26, fpu avx512f avx512_bf16, true",
      "AuthenticAMD, 25, fpu avx512f avx512_bf16, false",
      "AuthenticAMD, unknown, fpu avx512f, false",
      "GenuineIntel, 26, fpu avx512f, false"})
  void twoUnitsAreRead(String vendor, String family, String flags, boolean two) {
    List<String> lines = List.of("processor\t: 0", "vendor_id\t: " + vendor, "cpu family\t: " + family, "flags\t\t: " + flags,
        "vmx flags\t: avx512_fp16");
    assertThat(Processor.of(lines)).isEqualTo(new Processor(two));
  }

  @Test
  void whatIsNotDescribedHasOneUnit() {
    assertThat(Processor.of(List.of())).isEqualTo(new Processor(false));
    assertThat(Processor.of(List.of("Processor : ARMv8", "Features : fp asimd"))).isEqualTo(new Processor(false));
  }

  /** A 3x3 layer of cifar384, 192 -> 192 on 32x32, at 17.5 % spikes. */
  @Test
  void sumsOfRowsAreChosenLessOftenWhereMultiplyingIsCheap() {
    ConvolutionShape shape = new ConvolutionShape(1, 32, 32, 192, 192, 3, 1, 1);
    double spikes = 0.175 * 32 * 32 * 192;
    ConvolutionCost one = ConvolutionCost.of(new Processor(false));
    ConvolutionCost two = ConvolutionCost.of(new Processor(true));
    assertThat(one.mostRows(shape, 1, one.winograd(shape))).isGreaterThan(spikes);
    assertThat(two.mostRows(shape, 1, two.winograd(shape))).isLessThan(spikes);
  }
}
