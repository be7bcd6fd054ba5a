package io.qkformer.train.data;

/** Which sizes the images of a folder may have. */
public enum ImageSizes {
  /** All that of the first image; another one is an error when it is read. */
  SAME,
  /** Any: an augmentation, such as a random resized crop, brings them to one size. */
  ANY
}
