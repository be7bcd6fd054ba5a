package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.kernel.Workers;
import io.qkformer.layer.Buffer;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.StateVisitor;
import io.qkformer.model.Preset;
import io.qkformer.model.QKFormer;
import io.qkformer.train.Bits;
import io.qkformer.train.optimize.EmaConfig.Start;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WeightAverageTest {

  private final Workers inline = new Workers(1);

  private static QKFormer network(long seed) {
    return new QKFormer(Preset.HST_2_256_CIFAR10_DVS.config(), seed);
  }

  private static Map<String, INDArray> tensors(QKFormer model) {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    model.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
        tensors.put(name, parameter.value());
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        tensors.put(name, buffer.value());
      }
    });
    return tensors;
  }

  @Test
  void averagesParametersOfAllSizesByTheDefinition() {
    ToyModel model = new ToyModel();
    INDArray start = model.parameter("conv.weight").value().dup();
    WeightAverage average = new WeightAverage(model, EmaConfig.of(0.9, Start.AT_ONCE), inline);
    model.parameter("conv.weight").value().addi(1);
    average.update(1);
    model.parameter("conv.weight").value().addi(1);
    average.update(2);

    INDArray moved = average.state().get("conv.weight").sub(start);
    assertThat(moved.minNumber().doubleValue()).isCloseTo(0.9 * 0.1 + 0.1 * 2, within(1e-6));
    assertThat(moved.maxNumber().doubleValue()).isCloseTo(0.9 * 0.1 + 0.1 * 2, within(1e-6));
    assertThat(average.state().get("lif.w")).isEqualTo(model.parameter("lif.w").value());
  }

  @Test
  void runningStatisticsAreAveragedAndCountersCopied() {
    QKFormer model = network(1);
    WeightAverage average = new WeightAverage(model, EmaConfig.of(0.75, Start.AT_ONCE), inline);
    tensors(model).get("patch_embed1.proj_bn.running_mean").assign(4);
    tensors(model).get("patch_embed1.proj_bn.num_batches_tracked").assign(7);
    average.update(1);

    assertThat(average.state().get("patch_embed1.proj_bn.running_mean").getDouble(3)).isEqualTo(1);
    assertThat(average.state().get("patch_embed1.proj_bn.num_batches_tracked").getLong(0)).isEqualTo(7);
  }

  @Test
  void firstStepCopiesTheModelWhereToldSo() {
    ToyModel model = new ToyModel();
    WeightAverage average = new WeightAverage(model, EmaConfig.of(0.9, Start.COPY), inline);
    model.parameter("lif.w").value().assign(5);
    average.update(1);
    assertThat(average.state().get("lif.w").getDouble(0)).isEqualTo(5);
    model.parameter("lif.w").value().assign(6);
    average.update(2);
    assertThat(average.state().get("lif.w").getDouble(0)).isCloseTo(5.1, within(1e-6));
  }

  @Test
  void decayGrowsInTheWarmupUpToItsLimit() {
    EmaConfig config = new EmaConfig(0.8, Start.WARMUP, 0.4, 2, 1, 1);

    assertThat(config.decayAt(1)).isZero();
    assertThat(config.decayAt(3)).as("n = 0").isZero();
    assertThat(config.decayAt(4)).as("n = 1: 1 - 1 / 2").isEqualTo(0.5);
    assertThat(config.decayAt(6)).as("n = 3: 1 - 1 / 4").isEqualTo(0.75);
    assertThat(config.decayAt(7)).as("n = 4: 1 - 1 / 5").isEqualTo(0.8);
    assertThat(config.decayAt(100)).isEqualTo(0.8);
    assertThat(new EmaConfig(0.8, Start.WARMUP, 0.6, 2, 1, 1).decayAt(4)).as("the least").isEqualTo(0.6);
    assertThat(EmaConfig.of(0.8, Start.AT_ONCE).decayAt(1)).isEqualTo(0.8);
  }

  @Test
  void averageIsEvaluatedInASecondModel() {
    QKFormer model = network(1);
    WeightAverage average = new WeightAverage(model, EmaConfig.of(0.5, Start.AT_ONCE), inline);
    QKFormer other = network(2);
    assertThat(tensors(other).get("head.weight")).isNotEqualTo(tensors(model).get("head.weight"));
    average.copyTo(other);

    assertThat(tensors(other)).isEqualTo(tensors(model));
    tensors(other).get("head.weight").assign(0);
    assertThat(average.state().get("head.weight")).as("was copied").isEqualTo(tensors(model).get("head.weight"));
  }

  @Test
  void goesOnFromARestoredState() {
    ToyModel model = new ToyModel();
    WeightAverage first = new WeightAverage(model, EmaConfig.of(0.5, Start.AT_ONCE), inline);
    model.parameter("q.weight").value().assign(8);
    first.update(1);
    WeightAverage second = new WeightAverage(model, EmaConfig.of(0.5, Start.AT_ONCE), inline);
    second.restore(first.state());
    first.update(2);
    second.update(2);

    Bits.assertSame(second.state(), first.state());
  }

  @Test
  void statesOfOtherModelsAreRefusedAndChangeNothing() {
    ToyModel model = new ToyModel();
    WeightAverage average = new WeightAverage(model, EmaConfig.of(0.5, Start.AT_ONCE), inline);
    Map<String, INDArray> before = new LinkedHashMap<>();
    average.state().forEach((name, tensor) -> before.put(name, tensor.dup()));
    Map<String, INDArray> misshapen = new LinkedHashMap<>(before);
    misshapen.replaceAll((name, tensor) -> tensor.add(1));
    misshapen.put("odd.bias", Nd4j.zeros(4));

    assertThatThrownBy(() -> average.restore(misshapen)).hasMessageContaining("expected odd.bias FLOAT");
    assertThatThrownBy(() -> average.restore(Map.of())).hasMessageContaining("lacks conv.weight");
    assertThatThrownBy(() -> average.copyTo(network(1))).hasMessageContaining("another model");
    misshapen.put("odd.bias", Nd4j.zeros(1, 1, 2, 2));
    misshapen.put("more", Nd4j.zeros(1));
    assertThatThrownBy(() -> average.restore(misshapen)).hasMessageContaining("holds more");
    Bits.assertSame(average.state(), before);
  }

  @Test
  void badSettingsAreNamed() {
    assertThatThrownBy(() -> EmaConfig.of(1.1, Start.COPY)).hasMessage("decay must be in [0, 1], got 1.1");
    assertThatThrownBy(() -> EmaConfig.of(0.9, null)).hasMessageContaining("start");
    assertThatThrownBy(() -> new EmaConfig(0.9, Start.COPY, -1, 0, 1, 1)).hasMessageContaining("minDecay");
    assertThatThrownBy(() -> new EmaConfig(0.9, Start.COPY, 0, -1, 1, 1)).hasMessageContaining("afterStep");
    assertThatThrownBy(() -> new EmaConfig(0.9, Start.COPY, 0, 0, 0, 1)).hasMessageContaining("gamma");
    assertThatThrownBy(() -> new EmaConfig(0.9, Start.COPY, 0, 0, 1, Double.NaN)).hasMessageContaining("power");
    assertThatThrownBy(() -> EmaConfig.of(0.9, Start.COPY).decayAt(0)).hasMessage("step must be at least 1, got 0");
  }
}
