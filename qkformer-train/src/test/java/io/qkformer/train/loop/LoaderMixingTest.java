package io.qkformer.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.train.data.Batch;
import io.qkformer.train.data.BatchAugmentation;
import io.qkformer.train.data.CachedDataset;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.data.LoadProgress;
import io.qkformer.train.data.ShapesDataset;
import io.qkformer.train.data.Split;
import io.qkformer.train.optimize.BatchMixing;
import io.qkformer.train.optimize.MixingConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mixup and cutmix of pictures as bytes, by the loader, as timm's loader does it. */
class LoaderMixingTest {
  private static final int EPOCH = 4;
  private static final int BATCHES = 3;
  private static final int PIXELS = 32 * 32 * 3;

  private final BatchMixing mixing = new BatchMixing(MixingConfig.defaults().with(0.8, 1, 1), 7);
  private final BatchAugmentation mix = (epoch, batch, pictures, height, width) -> mixing
      .plan(epoch, (long) epoch * BATCHES + batch, pictures.size(), height, width).apply(pictures, height, width);

  private static List<float[]> batches(DataLoader.Builder loader, int from) {
    List<float[]> batches = new ArrayList<>();
    try (Epoch epoch = loader.batchSize(8).seed(3).build().epoch(EPOCH, from)) {
      while (epoch.hasNext()) {
        try (Batch batch = epoch.next()) {
          batches.add(batch.images().data().asFloat());
        }
      }
    }
    return batches;
  }

  @Test
  void thePlanOfABatchIsCarriedOutOnItsBytes() throws Exception {
    CachedDataset shapes = CachedDataset.load(new ShapesDataset(Split.TRAIN, 20, 1), 1, LoadProgress.silent());
    String before = shapes.fingerprint();
    List<float[]> plain = batches(DataLoader.builder(shapes), 0);
    List<float[]> mixed = batches(DataLoader.builder(shapes).batchAugmentation(mix).threads(2), 0);

    assertThat(mixed).hasSize(BATCHES);
    for (int i = 0; i < BATCHES; i++) {
      float[] values = plain.get(i);
      List<byte[]> pictures = new ArrayList<>();
      for (int start = 0; start < values.length; start += PIXELS) {
        byte[] picture = new byte[PIXELS];
        for (int p = 0; p < PIXELS; p++) {
          picture[p] = (byte) Math.round(values[start + p] * 255);
        }
        pictures.add(picture);
      }
      List<byte[]> expected = mix.apply(EPOCH, i, pictures, 32, 32);
      for (int p = 0; p < values.length; p++) {
        assertThat(Math.round(mixed.get(i)[p] * 255)).isEqualTo(expected.get(p / PIXELS)[p % PIXELS] & 0xFF);
      }
      assertThat(mixed.get(i)).isNotEqualTo(values);
    }
    // the cache's own pictures were not written to
    assertThat(shapes.fingerprint()).isEqualTo(before);
  }

  @Test
  void aResumedEpochIsMixedAlike() {
    ShapesDataset shapes = new ShapesDataset(Split.TRAIN, 20, 1);
    List<float[]> whole = batches(DataLoader.builder(shapes).batchAugmentation(mix), 0);

    List<float[]> rest = batches(DataLoader.builder(shapes).batchAugmentation(mix).threads(2), 1);

    assertThat(rest).usingRecursiveComparison().isEqualTo(whole.subList(1, BATCHES));
  }
}
