package io.qkformer.train.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.data.Augmentation;
import io.qkformer.train.data.Batch;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.data.Image;
import io.qkformer.train.data.Normalization;
import io.qkformer.train.data.PaddedRandomCrop;
import io.qkformer.train.data.Rgb;
import io.qkformer.train.data.ShapesDataset;
import io.qkformer.train.data.Split;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A recipe's transforms as a whole. */
class TrainTransformTest {
  /** How the QKFormer reference trains CIFAR. */
  private static final TrainTransform CIFAR = TrainTransform.builder(32).scale(1, 1).ratio(1, 1)
      .trainInterpolation("bicubic").autoAugment("rand-m9-n1-mstd0.4-inc1")
      .normalization(Normalization.CIFAR10).randomErasing(0.25, "const", 1).build();

  @Test
  void theRecipesWordsBecomeItsParts() {
    RandAugment augment = CIFAR.randAugment().orElseThrow();
    assertThat(augment.policy()).isEqualTo(RandAugmentPolicy.parse("rand-m9-n1-mstd0.4-inc1"));
    assertThat(augment.fill()).isEqualTo(new Rgb(125, 123, 114));
    assertThat(augment.interpolation()).isEqualTo(Interpolation.BICUBIC);
    assertThat(augment.translateConst()).isEqualTo(14);
    assertThat(CIFAR.colorJitter()).isEmpty();
    assertThat(CIFAR.erasing()).contains(new RandomErasing(0.25, ErasingMode.CONST, 1));
    assertThat(Rgb.meanOf(Normalization.IMAGENET)).isEqualTo(new Rgb(124, 116, 104));
  }

  @Test
  void colourJitterStandsBackForAPolicyOutsideThreeAugment() {
    assertThat(TrainTransform.builder(224).build().colorJitter()).contains(ColorJitter.of(0.4));
    assertThat(TrainTransform.builder(224).autoAugment("none").build().colorJitter()).isPresent();
    assertThat(TrainTransform.builder(224).autoAugment("rand-m9").build().colorJitter()).isEmpty();
    assertThat(TrainTransform.builder(224).autoAugment("rand-t3a").build().colorJitter()).isPresent();
    assertThat(TrainTransform.builder(224).colorJitter(0).build().colorJitter()).isEmpty();
  }

  @Test
  void theSameStreamGivesTheSameImageAndThePictureMostlyChanges() {
    Augmentation augmentation = CIFAR.augmentation();
    Image image = Pictures.noise(32, 32, 0);
    int changed = 0;
    for (int i = 0; i < 200; i++) {
      Image result = augmentation.apply(image, Pictures.random(i));
      assertThat(augmentation.apply(image, Pictures.random(i))).isEqualTo(result);
      changed += result.equals(image) ? 0 : 1;
    }
    // a half is flipped, a half of the rest changed by an operation
    assertThat(changed).isBetween(120, 180);
  }

  @Test
  void nothingIsDoneWhereAllIsSwitchedOff() {
    Augmentation nothing = TrainTransform.builder(32).scale(1, 1).ratio(1, 1).hflip(0).colorJitter(0).build()
        .augmentation();
    Image image = Pictures.noise(32, 32, 1);
    assertThat(nothing.apply(image, Pictures.random(1))).isSameAs(image);
  }

  @Test
  void flipsMirror() {
    Image image = Pictures.grey(2, 1, 2, 3, 4);
    Augmentation both = TrainTransform.builder(2).scale(1, 1).ratio(1, 1).hflip(1).vflip(1).colorJitter(0).build()
        .augmentation();
    assertThat(Pictures.reds(both.apply(image, Pictures.random(0)))).containsExactly(4, 3, 2, 1);
    assertThat(Pictures.reds(new RandomVerticalFlip(1).apply(image, Pictures.random(0)))).containsExactly(3, 4, 1, 2);
    assertThat(new RandomVerticalFlip(0).apply(image, Pictures.random(0))).isSameAs(image);
  }

  @Test
  void paddedCropsWantImagesOfTheSize() {
    Augmentation padded = TrainTransform.builder(8).padded(new PaddedRandomCrop(2)).colorJitter(0).build()
        .augmentation();
    assertThat(padded.apply(Pictures.noise(8, 8, 0), Pictures.random(0)).width()).isEqualTo(8);
    assertThatThrownBy(() -> padded.apply(Pictures.noise(9, 8, 0), Pictures.random(0)))
        .hasMessageContaining("8x8").hasMessageContaining("9x8");
  }

  @Test
  void aLoaderDoesItAllReproducibly() {
    ShapesDataset shapes = new ShapesDataset(Split.TRAIN, 12, 3);
    int side = shapes.get(0).image().width();
    TrainTransformBuilder builder = TrainTransform.builder(side).scale(0.3, 1).autoAugment("rand-m9-inc1")
        .normalization(Normalization.UNIT).randomErasing(1, "pixel", 1);
    List<float[]> early = values(builder.erasingOrder(ErasingOrder.BEFORE_MIXING).build(), shapes, 1);
    assertThat(values(builder.build(), shapes, 2)).usingRecursiveComparison().isEqualTo(early);
    List<float[]> late = values(builder.erasingOrder(ErasingOrder.AFTER_MIXING).build(), shapes, 1);
    float[] noise = late.get(0);
    assertThat(most(noise)).isLessThanOrEqualTo(1);
    assertThat(most(early.get(0))).isGreaterThan(1);
  }

  private static float most(float[] values) {
    float most = 0;
    for (float value : values) {
      most = Math.max(most, value);
    }
    return most;
  }

  private static List<float[]> values(TrainTransform transform, ShapesDataset shapes, int threads) {
    DataLoader loader = transform.configure(DataLoader.builder(shapes)).batchSize(4).threads(threads).build();
    List<float[]> all = new ArrayList<>();
    try (Epoch epoch = loader.epoch(3)) {
      while (epoch.hasNext()) {
        try (Batch batch = epoch.next()) {
          all.add(batch.images().ravel().toFloatVector());
        }
      }
    }
    return all;
  }

  @Test
  void badWordsAreRefused() {
    TrainTransformBuilder builder = TrainTransform.builder(32);
    assertThatThrownBy(() -> builder.autoAugment("augmix-m5")).hasMessageContaining("augmix-m5");
    assertThatThrownBy(() -> builder.autoAugment("rand-q3").build()).hasMessageContaining("q3");
    assertThatThrownBy(() -> builder.scale(0, 1)).hasMessageContaining("scale");
    assertThatThrownBy(() -> builder.ratio(-1, 1)).hasMessageContaining("ratio");
    assertThatThrownBy(() -> builder.hflip(2)).hasMessageContaining("hflip");
    assertThatThrownBy(() -> builder.vflip(-1)).hasMessageContaining("vflip");
    assertThatThrownBy(() -> builder.randomErasing(0.1, "black", 1)).hasMessageContaining("black");
    assertThatThrownBy(() -> builder.normalization(List.of(1.0), List.of(1.0))).hasMessageContaining("mean");
    assertThatThrownBy(() -> TrainTransform.builder(0)).hasMessageContaining("size");
  }

  @Test
  void evaluationResizesTheShorterSideAndCrops() {
    EvaluationTransform transform = new EvaluationTransform(8, 0.8, Resampling.BILINEAR, Normalization.UNIT);
    Image wide = Pictures.noise(30, 20, 4);
    Image expected = Resizing.centreCrop(Resizing.resize(wide, 10, 15, Resampling.BILINEAR), 8, 8);
    assertThat(transform.apply(wide)).isEqualTo(expected);
    assertThat(transform.augmentation().apply(wide, Pictures.random(0))).isEqualTo(expected);
    Image cifar = Pictures.noise(32, 32, 5);
    assertThat(EvaluationTransform.whole(32, Normalization.CIFAR10).apply(cifar)).isSameAs(cifar);
    assertThat(EvaluationTransform.imageNet(224).cropPct()).isEqualTo(0.875);
    assertThat(EvaluationTransform.imageNet(288).cropPct()).isEqualTo(1);
    assertThatThrownBy(() -> new EvaluationTransform(8, 0, Resampling.BILINEAR, Normalization.UNIT))
        .hasMessageContaining("crop pct");
  }
}
