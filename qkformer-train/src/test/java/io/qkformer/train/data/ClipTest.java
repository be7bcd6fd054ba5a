package io.qkformer.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ClipTest {

  private static ClipSample sample(String id, int frames, float start) {
    float[] values = new float[Clip.size(frames, 2, 3, 2)];
    for (int i = 0; i < values.length; i++) {
      values[i] = start + i;
    }
    return new ClipSample(id, 0, Clip.wrap(frames, 2, 3, 2, values));
  }

  @Test
  void aBatchHasTimeInFrontOfTheSamples() {
    List<ClipSample> samples = List.of(sample("a", 4, 0), sample("b", 4, 1000), sample("c", 4, 2000));
    INDArray batch = ClipBatches.stack(samples);
    assertThat(batch.shape()).containsExactly(4, 3, 2, 3, 2);
    for (int t = 0; t < 4; t++) {
      for (int b = 0; b < 3; b++) {
        assertThat(batch.getFloat(t, b, 1, 2, 1)).isEqualTo(samples.get(b).clip().value(t, 1, 2, 1));
        assertThat(batch.getFloat(t, b, 0, 1, 0)).isEqualTo(samples.get(b).clip().value(t, 0, 1, 0));
      }
    }
  }

  @Test
  void clipsOfABatchHaveOneShape() {
    assertThatThrownBy(() -> ClipBatches.stack(List.of(sample("a", 4, 0), sample("b", 5, 0))))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll("a is", "T=4", "b is", "T=5");
    assertThatThrownBy(() -> ClipBatches.stack(List.of())).hasMessageContaining("at least 1");
  }

  @Test
  void shapesAreChecked() {
    assertThatThrownBy(() -> Clip.wrap(1, 2, 3, 2, new float[11])).hasMessageContainingAll("12", "11");
    assertThatThrownBy(() -> Clip.size(0, 2, 3, 2)).hasMessageContaining("[0, 2, 3, 2]");
    assertThatThrownBy(() -> Clip.size(1 << 16, 1 << 16, 1 << 16, 1 << 16)).hasMessageContaining("at most");
    assertThatThrownBy(() -> new ClipSample("a", -1, sample("a", 1, 0).clip())).hasMessageContaining("-1");
    assertThatThrownBy(() -> sample("a", 2, 0).clip().value(2, 0, 0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
