package io.qkformer.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.kernel.CompactMap;
import io.qkformer.support.Engines;
import io.qkformer.support.TestMaps;
import io.qkformer.tensor.Floats;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class MapsTest {

  private static INDArray own(INDArray values, Pass pass) {
    INDArray own = pass.allocate(values.shape());
    Floats.of(own).write(0, TestMaps.floats(values), 0, (int) values.length());
    return own;
  }

  /** A map whose bits are known already. */
  private static INDArray packed(INDArray values, Pass pass) {
    INDArray own = own(values, pass);
    pass.release(pass.spikes(own));
    return own;
  }

  private static float[] values(CompactMap counts) {
    float[] values = new float[(int) counts.length()];
    counts.read(0, values, 0, values.length);
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 63})
  void sumsOfKnownCountsAreThoseOfTheirValuesAndKnown(int largest) {
    try (Pass pass = Pass.training(Engines.PORTABLE, 1)) {
      INDArray a = packed(TestMaps.counts(1, 0.6, largest, 1, 2, 5, 7, 11), pass);
      INDArray b = packed(TestMaps.spikes(2, 0.5, 1, 2, 5, 7, 11), pass);
      INDArray expected = a.add(b);
      INDArray sum = Maps.sum(a, b, pass);
      assertThat(sum).isEqualTo(expected);
      CompactMap known = pass.knownSpikes(sum);
      assertThat(values(known)).isEqualTo(TestMaps.floats(expected));
      pass.release(known);
      assertThat(Maps.addInPlace(a, b, pass)).isSameAs(a).isEqualTo(expected);
      known = pass.knownSpikes(a);
      assertThat(values(known)).isEqualTo(TestMaps.floats(expected));
    }
  }

  @Test
  void whatIsNotKnownOrTooLargeIsAddedAsFloats() {
    try (Pass pass = Pass.training(Engines.PORTABLE, 1)) {
      INDArray current = own(TestMaps.gaussian(1, 1, 1, 3, 3, 4), pass);
      INDArray spikes = packed(TestMaps.spikes(2, 0.5, 1, 1, 3, 3, 4), pass);
      INDArray many = packed(TestMaps.counts(3, 0.9, 127, 1, 1, 3, 3, 4), pass);
      INDArray unknown = own(TestMaps.spikes(4, 0.5, 1, 1, 3, 3, 4), pass);
      for (INDArray other : new INDArray[] {current, many, unknown}) {
        INDArray sum = Maps.sum(other, spikes, pass);
        assertThat(sum).isEqualTo(other.add(spikes));
        assertThat(pass.knownSpikes(sum)).isNull();
      }
      assertThat(Maps.addInPlace(spikes, current, pass)).isSameAs(spikes);
      assertThat(pass.knownSpikes(spikes)).isNull();
    }
  }

  @Test
  void summandsMustHaveOneShape() {
    try (Pass pass = Pass.training(Engines.PORTABLE, 1)) {
      assertThatThrownBy(() -> Maps.sum(pass.allocate(1, 1, 2, 2, 3), pass.allocate(1, 1, 2, 2, 4), pass))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("C=3").hasMessageContaining("C=4");
    }
  }
}
