package io.qkformer.train.data;

import java.io.IOException;
import java.util.List;

/** Clips of two classes that come from a function. */
record StubClips(int size, Source source) implements ClipDataset {
  interface Source {
    ClipSample get(int index) throws IOException;
  }

  @Override
  public String name() {
    return "stub clips";
  }

  @Override
  public List<String> classNames() {
    return List.of("even", "odd");
  }

  @Override
  public ClipSample get(int index) throws IOException {
    return source.get(index);
  }

  /** Clips [T = 3, H = 2, W = 4, C = 2] whose values tell index, frame, row, column and channel. */
  static StubClips numbered(int size) {
    return new StubClips(size, StubClips::numberedSample);
  }

  static ClipSample numberedSample(int index) {
    return new ClipSample("clip " + index, index % 2, clip(3, 2, index));
  }

  /** A clip [T, H, W = 4, C = 2]. */
  static Clip clip(int frames, int height, int index) {
    float[] values = new float[Clip.size(frames, height, 4, 2)];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1000 * index + i;
    }
    return Clip.wrap(frames, height, 4, 2, values);
  }
}
