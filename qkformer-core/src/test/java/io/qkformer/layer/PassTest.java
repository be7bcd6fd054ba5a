package io.qkformer.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.kernel.Engine;
import io.qkformer.kernel.PortableKernels;
import io.qkformer.support.Engines;
import io.qkformer.tensor.TensorPool;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PassTest {

  @Test
  void anArrayIsReusedOnlyAfterItsLastRelease() {
    try (Engine engine = Engine.create(new PortableKernels(), 1); Pass pass = Pass.training(engine, 1)) {
      INDArray first = pass.allocate(2, 3);
      assertThat(pass.heldBytes()).isEqualTo(24);
      pass.retain(first);
      pass.release(first.reshape('c', 3, 2));
      assertThat(pass.heldBytes()).isEqualTo(24);
      assertThat(TensorPool.key(pass.allocate(6))).isNotEqualTo(TensorPool.key(first));
      pass.release(first);
      assertThat(pass.heldBytes()).isEqualTo(24);
      assertThat(TensorPool.key(pass.allocate(1, 6))).isEqualTo(TensorPool.key(first));
    }
  }

  @Test
  void arraysFromElsewhereAreLeftAlone() {
    try (Pass pass = Pass.training(Engines.PORTABLE, 1)) {
      INDArray own = Nd4j.ones(DataType.FLOAT, 4);
      pass.release(pass.retain(own));
      pass.release(own);
      assertThat(pass.heldBytes()).isZero();
      assertThat(own.sumNumber().doubleValue()).isEqualTo(4);
    }
  }

  @Test
  void closingGivesBackWhatIsStillHeld() {
    try (Engine engine = Engine.create(new PortableKernels(), 1)) {
      long address;
      try (Pass pass = Pass.training(engine, 1)) {
        address = TensorPool.key(pass.allocate(5));
      }
      try (Pass pass = Pass.training(engine, 1)) {
        assertThat(TensorPool.key(pass.allocate(5))).isEqualTo(address);
      }
    }
  }

  @Test
  void randomNumbersAreAFunctionOfSeedStepAndPurpose() {
    Pass pass = Pass.training(Engines.PORTABLE, 1).withRandomness(1, 2);
    Pass same = Pass.evaluation(Engines.PORTABLE, 3).withRandomness(1, 2);
    assertThat(pass.random("a").nextLong()).isEqualTo(same.random("a").nextLong())
        .isNotEqualTo(pass.random("b").nextLong())
        .isNotEqualTo(pass.withRandomness(1, 3).random("a").nextLong());
  }

  @Test
  void misuseIsRefused() {
    assertThatThrownBy(() -> Pass.training(Engines.PORTABLE, 0)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("timeSteps (T) must be at least 1, got 0");
    try (Pass pass = Pass.training(Engines.PORTABLE, 1)) {
      pass.allocate(1);
      assertThatThrownBy(() -> pass.withRandomness(1, 1)).isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("before the pass is used");
    }
  }
}
