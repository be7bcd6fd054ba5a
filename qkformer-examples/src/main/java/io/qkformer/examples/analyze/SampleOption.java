package io.qkformer.examples.analyze;

import picocli.CommandLine.Option;

/** Over how many test samples something is measured. */
final class SampleOption {

  @Option(names = "--samples", defaultValue = "64", paramLabel = "N",
      description = "N test samples, spread over the test split, or all if there are fewer; default: ${DEFAULT-VALUE}")
  private int samples;

  /** How many there are to measure. */
  int count(Subject subject) {
    if (samples < 1) {
      throw new IllegalArgumentException("--samples must be at least 1, got " + samples);
    }
    return Math.min(samples, subject.samples().size());
  }
}
