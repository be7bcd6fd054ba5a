package io.qkformer.examples.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class JmhBenchmarksTest {

  @ParameterizedTest
  @CsvSource({
      "ProductBenchmark, 16x8x24, 2",
      "SpikeBenchmark, 16x8, 4",
      "NeuronBenchmark, '', 8",
      "NormBenchmark, 16x8, 6",
      "PoolingBenchmark, '', 4",
      "ConvolutionBenchmark, 2x4x4x8x8x3x1x1, 3"})
  void eachBenchmarkRuns(String name, String shape, int benchmarks) throws RunnerException {
    Collection<RunResult> results = new Runner(new OptionsBuilder().include(name).forks(0).warmupIterations(0)
        .measurementIterations(1).measurementTime(TimeValue.milliseconds(1)).shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT).param("kernels", Samples.PORTABLE).param("density", "0.1")
        .param("shape", shape).param("neurons", "64").param("channels", "16").build()).run();

    assertThat(results).hasSize(benchmarks)
        .allSatisfy(result -> assertThat(result.getPrimaryResult().getScore()).isPositive());
  }
}
