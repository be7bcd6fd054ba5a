package io.qkformer.examples.report;

import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.Sample;
import java.io.IOException;
import java.util.List;

/** Images of a data set by their indices. */
final class SomeSamples implements Dataset {

  private final Dataset source;
  private final List<Integer> indices;

  SomeSamples(Dataset source, List<Integer> indices) {
    this.source = source;
    this.indices = List.copyOf(indices);
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public int size() {
    return indices.size();
  }

  @Override
  public List<String> classNames() {
    return source.classNames();
  }

  @Override
  public Sample get(int index) throws IOException {
    return source.get(indices.get(index));
  }
}
