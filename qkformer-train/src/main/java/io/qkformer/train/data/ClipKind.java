package io.qkformer.train.data;

import io.qkformer.tensor.RandomStream;
import java.io.IOException;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Clips: augmented each for itself, then copied to their places in the batch. */
record ClipKind(ClipDataset source, ClipAugmentation augmentation) implements SampleKind<ClipSample> {
  @Override
  public ClipSample read(int index) throws IOException {
    return source.get(index);
  }

  @Override
  public String id(ClipSample sample) {
    return sample.id();
  }

  @Override
  public int label(ClipSample sample) {
    return sample.label();
  }

  @Override
  public ClipSample augmented(ClipSample sample, RandomStream random) {
    return new ClipSample(sample.id(), sample.label(), augmentation.apply(sample.clip(), random));
  }

  @Override
  public Stack<ClipSample> stack(int size) {
    ClipStack clips = new ClipStack(size);
    return new Stack<>() {
      @Override
      public void add(ClipSample sample) {
        clips.add(sample);
      }

      @Override
      public INDArray finish(Place place) {
        return clips.toArray();
      }
    };
  }
}
