package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Images: bytes are augmented each for itself, then mixed in the batch, then normalised. */
final class ImageKind implements SampleKind<Sample> {
  private static final String AUGMENT_NORMALIZED = "augment normalized";

  private final Dataset dataset;
  private final Augmentation augmentation;
  private final BatchAugmentation batchAugmentation;
  private final NormalizedAugmentation normalizedAugmentation;
  private final float[][] table;

  ImageKind(Dataset dataset, Augmentation augmentation, BatchAugmentation batchAugmentation,
      NormalizedAugmentation normalizedAugmentation, Normalization normalization) {
    this.dataset = dataset;
    this.augmentation = augmentation;
    this.batchAugmentation = batchAugmentation;
    this.normalizedAugmentation = normalizedAugmentation;
    this.table = normalization.table();
  }

  @Override
  public SampleSource source() {
    return dataset;
  }

  @Override
  public Sample read(int index) throws IOException {
    return dataset.get(index);
  }

  @Override
  public String id(Sample sample) {
    return sample.id();
  }

  @Override
  public int label(Sample sample) {
    return sample.label();
  }

  @Override
  public Sample augmented(Sample sample, RandomStream random) {
    return new Sample(sample.id(), sample.label(), augmentation.apply(sample.image(), random));
  }

  @Override
  public Stack<Sample> stack(int size) {
    return new Pictures(size);
  }

  private final class Pictures implements Stack<Sample> {
    private final List<byte[]> pictures;
    private Sample first;

    Pictures(int size) {
      pictures = new ArrayList<>(size);
    }

    @Override
    public void add(Sample sample) {
      first = first == null ? sample : first;
      if (!sample.image().hasSizeOf(first.image())) {
        throw new IllegalStateException("images of a batch must have one size: " + sample.id() + " is "
            + sample.image() + ", " + first.id() + " is " + first.image());
      }
      pictures.add(sample.image().bytes());
    }

    @Override
    public INDArray finish(Place place) {
      return normalized(mixed(place, pictures, first.image()), place, first.image());
    }
  }

  private List<byte[]> mixed(Place place, List<byte[]> pictures, Image shape) {
    String what = "batch " + place.number() + " of epoch " + place.epoch() + " of " + dataset.name() + ": ";
    List<byte[]> mixed;
    try {
      mixed = batchAugmentation.apply(place.epoch(), place.number(), pictures, shape.height(), shape.width());
    } catch (RuntimeException e) {
      throw new IllegalStateException(what + e, e);
    }
    if (mixed.size() != pictures.size()
        || !mixed.stream().allMatch(picture -> picture.length == shape.bytes().length)) {
      throw new IllegalStateException(what + "expected the batch augmentation to return " + pictures.size()
          + " pictures of " + shape.bytes().length + " bytes, got "
          + mixed.stream().map(picture -> picture.length).distinct().toList() + " bytes in " + mixed.size());
    }
    return mixed;
  }

  private INDArray normalized(List<byte[]> pictures, Place place, Image shape) {
    int length = shape.bytes().length;
    float[] values = new float[Math.multiplyExact(pictures.size(), length)];
    for (int i = 0; i < pictures.size(); i++) {
      Normalization.fill(table, pictures.get(i), values, i * length);
      normalizedAugmentation.apply(values, i * length, shape.height(), shape.width(),
          place.random(AUGMENT_NORMALIZED, i));
    }
    // made here and not by the consumer, whose thread may have a workspace open
    return Nd4j.create(values, new long[] {1, pictures.size(), shape.height(), shape.width(), Image.CHANNELS}, 'c');
  }
}
