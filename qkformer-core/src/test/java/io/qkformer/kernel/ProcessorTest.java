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
      "GenuineIntel, 6, 143, fpu avx512f avx512_fp16 amx_bf16, TWO_UNITS",
      "GenuineIntel, 6, 106, fpu avx512f avx512_vnni, TWO_UNITS_SMALL_CACHE",
      "GenuineIntel, 6, 85, fpu avx512f, TWO_UNITS_SMALL_CACHE",
      "GenuineIntel, 6, 126, fpu avx512f avx512_vnni, ONE_UNIT",
      "GenuineIntel, 6, 106, fpu avx2 fma, NARROW",
      "AuthenticAMD, 26, 2, fpu avx512f avx512_bf16, TWO_UNITS",
      "AuthenticAMD, 25, 106, fpu avx512f avx512_bf16, ONE_UNIT",
      "AuthenticAMD, unknown, 1, fpu avx512f, ONE_UNIT",
      "GenuineIntel, 26, 106, fpu avx512f, ONE_UNIT",
      "AuthenticAMD, 26, 2, fpu avx2 fma, NARROW"})
  void unitsAreRead(String vendor, String family, String model, String flags, Processor expected) {
    List<String> lines = List.of("processor\t: 0", "vendor_id\t: " + vendor, "cpu family\t: " + family,
        "model\t\t: " + model, "model name\t: 85", "flags\t\t: " + flags, "vmx flags\t: avx512_fp16");
    assertThat(Processor.of(lines)).isEqualTo(expected);
  }

  @Test
  void whatIsNotDescribedIsNarrow() {
    assertThat(Processor.of(List.of())).isEqualTo(Processor.NARROW);
    assertThat(Processor.of(List.of("Processor : ARMv8", "Features : fp asimd"))).isEqualTo(Processor.NARROW);
  }

  /** A 3x3 layer of cifar384, 192 -> 192 on 32x32, at 17.5 % spikes. */
  @Test
  void sumsOfRowsAreChosenLessOftenWhereMultiplyingIsCheap() {
    ConvolutionShape shape = new ConvolutionShape(1, 32, 32, 192, 192, 3, 1, 1);
    double spikes = 0.175 * 32 * 32 * 192;
    ConvolutionCost one = ConvolutionCost.of(Processor.ONE_UNIT);
    ConvolutionCost two = ConvolutionCost.of(Processor.TWO_UNITS);
    assertThat(one.mostRows(shape, 1, 1, one.winograd(shape))).isGreaterThan(spikes);
    assertThat(two.mostRows(shape, 1, 1, two.winograd(shape))).isLessThan(spikes);
  }

  /** The same layer at 13 % spikes: kept weights are not transformed again, and Winograd's algorithm wins earlier. */
  @Test
  void keptWeightsHaveCostsOfTheirOwn() {
    ConvolutionShape shape = new ConvolutionShape(1, 32, 32, 192, 192, 3, 1, 1);
    double spikes = 0.13 * 32 * 32 * 192;
    ConvolutionCost once = ConvolutionCost.of(Processor.TWO_UNITS);
    ConvolutionCost kept = ConvolutionCost.ofKeptWeights(Processor.TWO_UNITS);
    assertThat(kept.dense(shape)).isEqualTo(once.dense(shape));
    assertThat(once.mostRows(shape, 1, 1, once.winograd(shape))).isGreaterThan(spikes);
    assertThat(kept.mostRows(shape, 1, 1, kept.winograd(shape))).isLessThan(spikes);
  }

  /** The same layer at 10 and 14 % spikes: sums of rows win forward, not in the gradient of the weights. */
  @ParameterizedTest
  @CsvSource({"TWO_UNITS_SMALL_CACHE, 0.1", "TWO_UNITS, 0.14"})
  void aGradientOfWeightsHasCostsOfItsOwn(Processor processor, double density) {
    ConvolutionShape shape = new ConvolutionShape(1, 32, 32, 192, 192, 3, 1, 1);
    double spikes = density * 32 * 32 * 192;
    ConvolutionCost forward = ConvolutionCost.of(processor);
    ConvolutionCost gradient = ConvolutionCost.ofWeightGradient(processor);
    assertThat(gradient.winograd(shape)).isEqualTo(forward.winograd(shape));
    assertThat(forward.mostRows(shape, 1, 1, forward.winograd(shape))).isGreaterThan(spikes);
    assertThat(gradient.mostRows(shape, 1, 1, forward.winograd(shape))).isLessThan(spikes);
  }
}
