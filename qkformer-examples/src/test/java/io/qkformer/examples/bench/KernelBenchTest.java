package io.qkformer.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.kernel.KernelProvider;
import org.junit.jupiter.api.Test;

class KernelBenchTest {

  @Test
  void describesEachKernelByATimeOrARate() {
    KernelBench product = KernelBench.all().get(0);
    KernelBench sigmoid = KernelBench.all().get(KernelBench.all().size() - 1);

    assertThat(product.measure(KernelProvider.portable())).matches("[0-9.]+ GFLOP/s");
    assertThat(sigmoid.measure(KernelProvider.portable())).matches("[0-9.]+ ns");
  }
}
