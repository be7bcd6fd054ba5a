package io.qkformer.examples.report;

import io.qkformer.train.data.ClipDataset;
import io.qkformer.train.data.ClipSample;
import java.io.IOException;
import java.util.List;

/** Clips of a data set by their indices. */
final class SomeClips implements ClipDataset {

  private final ClipDataset source;
  private final List<Integer> indices;

  SomeClips(ClipDataset source, List<Integer> indices) {
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
  public ClipSample get(int index) throws IOException {
    return source.get(indices.get(index));
  }
}
