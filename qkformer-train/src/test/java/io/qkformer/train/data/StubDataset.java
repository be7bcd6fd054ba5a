package io.qkformer.train.data;

import java.io.IOException;
import java.util.List;

/** A data set of two classes whose samples come from a function. */
record StubDataset(int size, Source source) implements Dataset {
  interface Source {
    Sample get(int index) throws IOException;
  }

  @Override
  public String name() {
    return "stub";
  }

  @Override
  public List<String> classNames() {
    return List.of("even", "odd");
  }

  @Override
  public Sample get(int index) throws IOException {
    return source.get(index);
  }

  /** Each image's bytes are all equal to its index (mod 256). */
  static StubDataset numbered(int size) {
    return new StubDataset(size, StubDataset::numberedSample);
  }

  static Sample numberedSample(int index) {
    return new Sample("no. " + index, index % 2, TestImages.flat(2, 2, index));
  }
}
