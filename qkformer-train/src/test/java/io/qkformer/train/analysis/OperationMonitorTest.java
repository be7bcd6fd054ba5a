package io.qkformer.train.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.qkformer.attention.AttentionConfig;
import io.qkformer.attention.AttentionKind;
import io.qkformer.attention.SpikingAttention;
import io.qkformer.layer.Conv2d;
import io.qkformer.layer.LayerObserver;
import io.qkformer.train.analysis.LayerOperations.Needs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OperationMonitorTest {

  private static LayerOperations counted(Conv2d convolution, INDArray x) {
    OperationMonitor monitor = new OperationMonitor(LayerPattern.ALL);
    monitor.computed("conv", convolution, List.of(x), x);
    return monitor.layers().get(0);
  }

  private static LayerOperations attended(AttentionKind kind, INDArray... projections) {
    OperationMonitor monitor = new OperationMonitor(LayerPattern.ALL);
    monitor.computed("a." + LayerObserver.ATTENDED, new SpikingAttention(AttentionConfig.of(kind, 4, 2)),
        List.of(projections), projections[0]);
    return monitor.layers().get(0);
  }

  /** A single input of value n meets its taps: 4, 6 or 9 of them in a 3x3 kernel, times the output channels. */
  @ParameterizedTest
  @CsvSource({"0, 0, 1, 4", "0, 2, 1, 6", "2, 2, 1, 9", "2, 2, 3, 27", "4, 4, 2, 8"})
  void anIntegerCountsThatManyAccumulatesForEachWeightItMeets(int row, int column, int value, long taps) {
    INDArray x = Nd4j.zeros(DataType.FLOAT, 1, 1, 5, 5, 2);
    x.putScalar(new int[] {0, 0, row, column, 1}, value);
    LayerOperations layer = counted(Conv2d.same3x3(2, 7, Conv2d.Bias.NONE), x);
    assertThat(layer.needs()).isEqualTo(Needs.ADDITIONS);
    assertThat(layer.operations()).isEqualTo(7 * taps);
    assertThat(layer.dense()).isEqualTo(25 * 9 * 2 * 7);
    assertThat(layer.rate()).isEqualTo(1 / 50.0);
  }

  @Test
  void aStridedPointwiseConvolutionSkipsWhatItDoesNotLookAt() {
    INDArray x = Nd4j.ones(DataType.FLOAT, 1, 1, 4, 4, 3);
    LayerOperations layer = counted(Conv2d.pointwise(3, 5, 2, Conv2d.Bias.NONE), x);
    assertThat(layer.operations()).isEqualTo(4 * 3 * 5).isEqualTo(layer.dense());
  }

  @Test
  void realNumbersAreMultiplied() {
    INDArray x = Nd4j.ones(DataType.FLOAT, 1, 2, 5, 5, 2).muli(0.5);
    LayerOperations layer = counted(Conv2d.same3x3(2, 7, Conv2d.Bias.NONE), x);
    assertThat(layer.needs()).isEqualTo(Needs.MULTIPLICATIONS);
    assertThat(layer.operations()).isEqualTo(layer.dense()).isEqualTo(2 * 25 * 9 * 2 * 7);
    assertThat(layer.samples()).isEqualTo(2);
    assertThat(counted(Conv2d.same3x3(2, 7, Conv2d.Bias.NONE), Nd4j.ones(DataType.FLOAT, 1, 1, 5, 5, 2).negi()).needs())
        .isEqualTo(Needs.MULTIPLICATIONS);
  }

  /** Two tokens, two heads of two channels. */
  @Test
  void coresCountTheirSpikesAndPairs() {
    INDArray q = map(1, 0, 1, 1, 0, 0, 0, 1);
    INDArray k = map(1, 1, 0, 1, 1, 0, 0, 1);
    INDArray v = map(1, 1, 0, 0, 1, 0, 1, 1);
    assertThat(attended(AttentionKind.QKTA, q, k).operations()).isEqualTo(4);
    assertThat(attended(AttentionKind.QKCA, q, k).operations()).isEqualTo(4);
    assertThat(attended(AttentionKind.SDSA, q, k, v).operations()).isEqualTo(3);
    // pairs of token 1: 2 x 2 + 1 x 0, of token 2: 1 x 1 + 1 x 2; then a row of two for each spike of Q
    assertThat(attended(AttentionKind.SSA, q, k, v).operations()).isEqualTo(4 + 0 + 1 + 2 + 4 * 2);
    assertThat(attended(AttentionKind.SSA, q, k, v).dense()).isEqualTo(2 * 8 * 2);
  }

  private static INDArray map(float... values) {
    return Nd4j.createFromArray(values).reshape(1, 1, 1, 2, 4);
  }

  @Test
  void energyIsOperationsTimesTheirCost() {
    LayerOperations adds = new LayerOperations("a", Needs.ADDITIONS, 1, 10, 5, 100, 40);
    LayerOperations multiplies = new LayerOperations("b", Needs.MULTIPLICATIONS, 1, 10, 10, 100, 100);
    assertThat(EnergyCost.NM_45.spiking(adds)).isCloseTo(36, within(1e-9));
    assertThat(EnergyCost.NM_45.dense(adds)).isCloseTo(460, within(1e-9));
    assertThat(EnergyCost.NM_45.spiking(multiplies)).isCloseTo(460, within(1e-9));
    assertThat(adds.operationsByRate()).isEqualTo(50);
    assertThatThrownBy(() -> new EnergyCost(0, 1)).hasMessageContaining("got 0.0 and 1.0");
  }
}
