package io.qkformer.kernel;

import io.qkformer.tensor.Floats;

/**
 * A map of which only some images hold spikes or counts of them, so that these may go the spike-driven way whatever
 * their neighbours in the batch hold.
 */
final class ImagewiseMap implements SpikeSource {

  private final Floats values;
  private final CompactMap[] images;
  private final long each;

  private ImagewiseMap(Floats values, CompactMap[] images, long each) {
    this.values = values;
    this.images = images;
    this.each = each;
  }

  static ImagewiseMap of(Engine engine, Floats values, int images) {
    CompactMap[] packed = new CompactMap[images];
    long each = values.length() / images;
    engine.workers().forEach(images, (image, scratch) -> packed[image] =
        CompactMap.pack(engine.kernels(), values, image * each, (int) each, scratch));
    return new ImagewiseMap(values, packed, each);
  }

  @Override
  public long length() {
    return values.length();
  }

  @Override
  public void read(long from, float[] target, int offset, int count) {
    values.read(from, target, offset, count);
  }

  @Override
  public int planes() {
    int planes = 1;
    for (CompactMap image : images) {
      planes = image == null ? planes : Math.max(planes, image.planes());
    }
    return planes;
  }

  @Override
  public long word(int plane, long from, int count) {
    CompactMap image = images[(int) (from / each)];
    return plane < image.planes() ? image.word(plane, from % each, count) : 0;
  }

  /** As in {@link SpikeSource}, of one image; or -1 where it holds anything else. */
  @Override
  public long ones(int plane, long from, long count) {
    CompactMap image = images[(int) (from / each)];
    return image == null ? -1 : plane < image.planes() ? image.ones(plane, from % each, count) : 0;
  }
}
