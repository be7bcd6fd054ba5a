package io.qkformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class StateDictTest {
  private static final INDArray ONE = Nd4j.scalar(1f);

  @Test
  void keepsTheOrderOfTheMapAndNotTheMap() {
    Map<String, INDArray> map = new LinkedHashMap<>();
    map.put("z", ONE);
    map.put("a", Nd4j.scalar(2L));
    StateDict dict = StateDict.of(map);
    map.clear();
    assertThat(dict.names()).containsExactly("z", "a");
    assertThat(dict.size()).isEqualTo(2);
    assertThat(dict.contains("a")).isTrue();
    assertThat(dict.contains("b")).isFalse();
    assertThat(dict.get("z")).isSameAs(ONE);
  }

  @Test
  void cannotBeChanged() {
    StateDict.Builder builder = StateDict.builder().put("a", ONE);
    StateDict dict = builder.build();
    builder.put("b", ONE);
    assertThat(dict.size()).isEqualTo(1);
    assertThatThrownBy(() -> dict.names().remove("a")).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> dict.entries().clear()).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void missingNameIsReportedWithTheNearestOnes() {
    StateDict dict = StateDict.builder()
        .put("head.weight", ONE).put("head.bias", ONE).put("stage1.0.tssa.q_conv.weight", ONE)
        .put("stage1.0.tssa.k_conv.weight", ONE).build();
    assertThatThrownBy(() -> dict.get("stage1.0.ssa.q_conv.weight"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no tensor named 'stage1.0.ssa.q_conv.weight' among 4; nearest: "
            + "[stage1.0.tssa.q_conv.weight, stage1.0.tssa.k_conv.weight, head.weight]");
  }

  @Test
  void duplicateNamesAreRefused() {
    StateDict.Builder builder = StateDict.builder().put("a", ONE);
    assertThatThrownBy(() -> builder.put("a", ONE))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'a' is given twice");
  }

  @Test
  void otherDataTypesAreRefused() {
    StateDict.Builder builder = StateDict.builder();
    assertThatThrownBy(() -> builder.put("a", Nd4j.create(DataType.DOUBLE, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor 'a' has data type DOUBLE, expected FLOAT or LONG; convert it with castTo");
    assertThatThrownBy(() -> builder.put("a", null)).isInstanceOf(NullPointerException.class);
  }
}
