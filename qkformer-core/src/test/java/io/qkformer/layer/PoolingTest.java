package io.qkformer.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.support.Engines;
import io.qkformer.support.ReferenceCheck;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Layouts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

class PoolingTest {

  @ParameterizedTest
  @CsvSource({"8,8", "7,5", "1,1", "1,6", "2,3", "9,2"})
  void maxPoolingEqualsTheNaiveMaximum(int height, int width) {
    ReferenceCheck.training(2).check(new MaxPool(), TestMaps.gaussian(1, 2, 2, height, width, 5),
        (ops, in) -> ops.pool(in));
  }

  @ParameterizedTest
  @CsvSource({"8,8", "7,7", "6,10"})
  void maxPoolingEqualsNd4j(int height, int width) {
    INDArray x = TestMaps.gaussian(2, 1, 3, height, width, 4).subi(5);
    Pooling2DConfig config = Pooling2DConfig.builder().kH(3).kW(3).sH(2).sW(2).pH(1).pW(1).dH(1).dW(1)
        .isNHWC(false)
        .build();
    INDArray expected = Nd4j.cnn().maxPooling2d(Layouts.toFoldedNchw(x), config);
    try (Pass pass = Pass.evaluation(Engines.BEST, 1)) {
      assertThat(TestMaps.floats(Layouts.toFoldedNchw(new MaxPool().forward(x, pass).value())))
          .isEqualTo(TestMaps.floats(expected));
    }
  }

  @Test
  void theFirstOfEqualValuesGetsTheGradient() {
    INDArray x = TestMaps.spikes(3, 1, 1, 1, 3, 3, 1);
    INDArray g = TestMaps.of(new float[] {1, 2, 4, 8}, 1, 1, 2, 2, 1);
    try (Pass pass = Pass.training(Engines.BEST, 1)) {
      INDArray dx = new MaxPool().forward(x, pass).backward().apply(g);
      assertThat(TestMaps.floats(dx)).containsExactly(1, 2, 0, 4, 8, 0, 0, 0, 0);
    }
  }

  @Test
  void tiesAmongSpikesAreSharedOutAsInTheNaiveMaximum() {
    ReferenceCheck.training(1).check(new MaxPool(), TestMaps.spikes(4, 0.4, 1, 2, 7, 6, 9), (ops, in) ->
        ops.pool(in));
  }

  @Test
  void globalAveragePoolingIsTheMeanOverTokensAndTime() {
    ReferenceCheck.training(3).check(new GlobalAveragePool(), TestMaps.gaussian(5, 3, 2, 4, 5, 7),
        (ops, in) -> ops.average(in));
    ReferenceCheck.training(3).check(new GlobalAveragePool(), TestMaps.gaussian(6, 1, 3, 1, 1, 2),
        (ops, in) -> ops.average(in));
  }

  @Test
  void wrongRanksAndGradientsAreRefused() {
    try (Pass pass = Pass.training(Engines.BEST, 1)) {
      assertThatThrownBy(() -> new MaxPool().forward(TestMaps.gaussian(1, 2, 4, 4, 3), pass))
          .hasMessageContaining("expected [T, B, H, W, C], got [2, 4, 4, 3]").hasMessageContaining("MaxPool");
      assertThatThrownBy(() -> new GlobalAveragePool().forward(TestMaps.gaussian(1, 2, 4, 4, 3), pass))
          .hasMessageContaining("expected [T, B, H, W, C], got [2, 4, 4, 3]")
          .hasMessageContaining("GlobalAveragePool");
      Output pooled = new MaxPool().forward(TestMaps.gaussian(1, 1, 1, 4, 6, 3), pass);
      assertThatThrownBy(() -> pooled.backward().apply(TestMaps.gaussian(1, 1, 1, 3, 2, 3)))
          .hasMessageContaining("gradient").hasMessageContaining("MaxPool");
      Output average = new GlobalAveragePool().forward(TestMaps.gaussian(1, 1, 1, 4, 6, 3), pass);
      assertThatThrownBy(() -> average.backward().apply(TestMaps.gaussian(1, 1, 1, 1, 1, 2)))
          .hasMessageContaining("expected a gradient of shape [1, 1, 1, 1, 3]");
    }
  }
}
