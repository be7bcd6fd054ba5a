package io.qkformer.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.kernel.Engine;
import io.qkformer.layer.Pass;
import io.qkformer.model.QKFormer;
import io.qkformer.tensor.RandomStream;
import io.qkformer.train.augment.EvaluationTransform;
import io.qkformer.train.data.Image;
import io.qkformer.train.data.Normalization;
import io.qkformer.train.loop.Predictor.Prediction;
import io.qkformer.train.recipe.Recipes;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PredictorTest {

  private static final int CLASSES = 7;

  private final EvaluationTransform transform = EvaluationTransform.whole(16, Normalization.IMAGENET);
  private final QKFormer model = new QKFormer(Recipes.builtin("shapes", List.of("form=cifar", "dim=16",
      "img_size=16")).model().config(CLASSES), 3);
  private final Engine engine = Engine.create(1);

  @AfterEach
  void close() {
    engine.close();
  }

  private static Image noise(int width, int height) {
    RandomStream random = RandomStream.of(1, "noise");
    byte[] pixels = new byte[width * height * Image.CHANNELS];
    IntStream.range(0, pixels.length).forEach(i -> pixels[i] = (byte) random.nextInt(256));
    return Image.of(width, height, pixels);
  }

  private void set(String name, float... values) {
    model.visit("", (own, parameter) -> {
      if (own.equals(name)) {
        INDArray value = values.length == 1 ? Nd4j.valueArrayOf(parameter.value().shape(), values[0])
            : Nd4j.create(values);
        parameter.value().assign(value);
      }
    });
  }

  private List<Prediction> predictions(Image image, int count) {
    return new Predictor(model.forInference(), transform, engine).predict(image, count);
  }

  /** Against an evaluation pass of the layers, which shares nothing with the inference path. */
  @Test
  void probabilitiesAreTheSoftmaxOfTheModelsLogits() {
    Image image = noise(40, 25);
    set("head.bias", 0.5f, -1, 2, 0, 1, -2, 0.25f);
    INDArray input = Nd4j.create(transform.normalization().apply(transform.apply(image)),
        new long[] {1, 1, 16, 16, 3}, 'c');
    double[] logits;
    try (Pass pass = Pass.evaluation(engine, model.config().timeSteps())) {
      logits = model.forward(input, pass).value().dup().data().asDouble();
    }
    double sum = IntStream.range(0, CLASSES).mapToDouble(k -> Math.exp(logits[k])).sum();

    List<Prediction> all = predictions(image, 100);

    assertThat(all).hasSize(CLASSES).extracting(Prediction::label).doesNotHaveDuplicates().startsWith(2, 4);
    all.forEach(prediction -> assertThat(prediction.probability())
        .isCloseTo(Math.exp(logits[prediction.label()]) / sum, within(1e-6)));
    assertThat(all.stream().mapToDouble(Prediction::probability).sum()).isCloseTo(1, within(1e-12));
    assertThat(all).isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
    assertThat(predictions(image, 2)).isEqualTo(all.subList(0, 2));
  }

  @Test
  void ofEqualClassesTheSmallerLabelComesFirst() {
    set("head.weight", 0);
    set("head.bias", 1, 3, 1, 3, 1, 1, 1);

    assertThat(predictions(noise(16, 16), CLASSES)).extracting(Prediction::label)
        .containsExactly(1, 3, 0, 2, 4, 5, 6);
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    set("head.weight", 0);
    set("head.bias", 1e30f, -1e30f, 0, 0, 0, 0, 1e30f);

    assertThat(predictions(noise(16, 16), 3)).containsExactly(new Prediction(0, 0.5), new Prediction(6, 0.5),
        new Prediction(1, 0));
  }

  @Test
  void badCountsAreRefused() {
    assertThatThrownBy(() -> predictions(noise(16, 16), 0)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("count must be at least 1, got 0");
  }
}
