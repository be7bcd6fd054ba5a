package io.qkformer.examples.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import io.qkformer.attention.AttentionCore.Attended;
import io.qkformer.kernel.Engine;
import io.qkformer.layer.Pass;
import io.qkformer.tensor.Floats;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the bytes of Table 1's attentions are made of, by size alone. */
class OperationMemoryTest {

  private static long bytes(ComparedAttention attention, int tokens, int width) {
    OperationMemory.bytes(attention, 1, 2, width, 1);
    return OperationMemory.bytes(attention, 1, tokens, width, 1);
  }

  /** float32 of each: the result; QKTA a sum and a bit per token, the others per channel. */
  @ParameterizedTest
  @CsvSource({"QKTA, 257, 0", "QKCA, 256, 512", "SDSA, 256, 512"})
  void masksTakeTheResultAndAVector(ComparedAttention attention, int perToken, int perMap) {
    long growth = bytes(attention, 8192, 256) - bytes(attention, 4096, 256);
    int tiles = switch (attention) {
      case QKTA -> 0;
      case QKCA -> 1;
      default -> 2;
    };
    assertThat((double) growth).isCloseTo(4.0 * 4096 * (perToken + 256 * tiles), Percentage.withPercentage(1));
    assertThat(bytes(attention, 4096, 256)).isGreaterThan(4L * (4096 * perToken + perMap));
  }

  @ParameterizedTest
  @CsvSource({"1024, 2048"})
  void vanillaAttentionHoldsAllPairsOfTokensAndSpikingDoesNot(int few, int many) {
    long pairs = 4L * (many * many - few * few);
    assertThat(bytes(ComparedAttention.VSA, many, 256) - bytes(ComparedAttention.VSA, few, 256))
        .isBetween(pairs, pairs + 4L * 7 * 256 * (many - few));
    assertThat(bytes(ComparedAttention.SSA, many, 256)).isLessThan(4L * many * many);
  }

  @ParameterizedTest
  @EnumSource
  void eachOperationAttendsToWhatItIsGiven(ComparedAttention attention) {
    try (AttentionInputs inputs = attention.inputs(2, 3, 8); Engine engine = Engine.create(1);
        Pass pass = Pass.evaluation(engine, 1)) {
      Attended attended = attention.operation(8, 2).attend(inputs.maps(), pass);
      assertThat(attended.value().shape()).containsExactly(1, 1, 2, 3, 8);
      float[] values = Floats.of(attended.value()).toArray();
      for (float value : values) {
        assertThat(attention.spikes() ? value * (1 - value) : value - value).isZero();
      }
    }
  }
}
