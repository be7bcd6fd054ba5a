package io.qkformer.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.checkpoint.SafeTensors;
import io.qkformer.checkpoint.StateDict;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Mode;
import io.qkformer.model.HstConfig;
import io.qkformer.model.QKFormer;
import io.qkformer.train.analysis.FiringRates;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

class BenchInputTest {

  @TempDir
  private Path folder;

  private final HstConfig cifar = BenchCase.CIFAR128.config().withTimeSteps(2);
  private final HstConfig events = BenchCase.GESTURE.config().withTimeSteps(2).withSize(32, 32);

  @Test
  void imagesAreStandardNormal() throws IOException {
    INDArray images = BenchInput.of(BenchInput.Source.NOISE, cifar, 8).images();

    assertThat(images.shape()).containsExactly(1, 8, 32, 32, 3);
    assertThat(images.meanNumber().doubleValue()).isCloseTo(0, within(0.03));
    assertThat(images.stdNumber().doubleValue()).isCloseTo(1, within(0.03));
  }

  @Test
  void eventsAreCountsOfMeanAndVarianceThreeTenths() throws IOException {
    INDArray frames = BenchInput.of(BenchInput.Source.NOISE, events, 8).images();

    assertThat(frames.shape()).containsExactly(2, 8, 32, 32, 2);
    assertThat(frames.meanNumber().doubleValue()).isCloseTo(0.3, within(0.01));
    assertThat(frames.varNumber().doubleValue()).isCloseTo(0.3, within(0.02));
    assertThat(frames.sub(Transforms.floor(frames)).amaxNumber().doubleValue()).isZero();
    assertThat(frames.minNumber().doubleValue()).isZero();
  }

  @Test
  void drawnImagesAreExportedAsThePeerWantsThem() throws IOException {
    BenchInput input = BenchInput.of(BenchInput.Source.SHAPES, cifar, 12);
    Path file = folder.resolve("input.safetensors");
    input.export(file);

    StateDict read = SafeTensors.read(file);
    assertThat(read.get("images").shape()).containsExactly(12, 3, 32, 32);
    assertThat(read.get("images").getDouble(5, 2, 7, 30)).isEqualTo(input.images().getDouble(0, 5, 7, 30, 2));
    assertThat(read.get("labels").toIntVector()).containsExactly(input.labels())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1);
  }

  @Test
  void takesTheFirstSamplesOfEachStep() throws IOException {
    BenchInput input = BenchInput.of(BenchInput.Source.NOISE, events, 3);

    INDArray first = input.firstImages(2);
    assertThat(first.shape()).containsExactly(2, 2, 32, 32, 2);
    assertThat(first.getDouble(1, 1, 4, 5, 1)).isEqualTo(input.images().getDouble(1, 1, 4, 5, 1));
    assertThat(input.firstImages(3)).isSameAs(input.images());
  }

  @Test
  void saysWhatDoesNotFit() throws IOException {
    assertThatThrownBy(() -> BenchInput.of(BenchInput.Source.SHAPES, BenchCase.IMAGENET384.config(), 1))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("32x32").hasMessageContaining("224x224");
    BenchInput frames = BenchInput.of(BenchInput.Source.NOISE, events, 1);
    assertThatThrownBy(() -> frames.export(folder.resolve("frames"))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("T = 2");
  }

  @Test
  void inferenceWithTheBatchsStatisticsFiresAsTrainingDoes() throws IOException {
    QKFormer network = new QKFormer(cifar, 0);
    Networks.liven(network);
    INDArray images = BenchInput.of(BenchInput.Source.NOISE, cifar, 4).images();
    try (Engine engine = Engine.create(1)) {
      FiringRates training = FiringRates.measure(network, images, Mode.TRAINING, engine);
      double before = FiringRates.measure(network, images, Mode.EVALUATION, engine).mean();
      Networks.adoptStatistics(network, images, engine);
      FiringRates inference = FiringRates.measure(network, images, Mode.EVALUATION, engine);

      assertThat(inference.byLayer().keySet()).containsExactlyElementsOf(training.byLayer().keySet())
          .startsWith("patch_embed1.proj_lif").contains("stage3.1.ssa.attn_lif").endsWith("stage3.1.mlp.mlp2_lif");
      assertThat(before).isNotCloseTo(training.mean(), within(0.02));
      assertThat(inference.mean()).isCloseTo(training.mean(), within(0.002)).isBetween(0.05, 0.5);
    }
  }
}
