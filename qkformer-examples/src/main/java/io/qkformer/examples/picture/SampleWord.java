package io.qkformer.examples.picture;

import io.qkformer.train.data.ClipDataset;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.SampleSource;

/** What messages and reports call the samples of a data set. */
public enum SampleWord {
  /** Of a {@link Dataset}. */
  IMAGE("image", "an image", "images"),
  /** Of a {@link ClipDataset}. */
  CLIP("clip", "a clip", "clips");

  private final String one;
  private final String any;
  private final String many;

  SampleWord(String one, String any, String many) {
    this.one = one;
    this.any = any;
    this.many = many;
  }

  /** The word for the samples of a source. */
  public static SampleWord of(SampleSource source) {
    return source instanceof ClipDataset ? CLIP : IMAGE;
  }

  /** The bare word. */
  public String one() {
    return one;
  }

  /** One of them, with its article. */
  public String any() {
    return any;
  }

  /** Several. */
  public String many() {
    return many;
  }
}
