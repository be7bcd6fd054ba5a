package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.qkformer.layer.Buffer;
import io.qkformer.layer.Parameter;
import io.qkformer.layer.StateVisitor;
import io.qkformer.model.Preset;
import io.qkformer.model.QKFormer;
import io.qkformer.train.optimize.NonFiniteException.Kind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ForwardGuardTest {

  private final QKFormer model = new QKFormer(Preset.HST_2_256_CIFAR10_DVS.config(), 1);
  private final ForwardGuard guard = new ForwardGuard(model);
  private final INDArray images = Nd4j.ones(2, 1, 4, 4, 2);
  private final INDArray logits = Nd4j.ones(3, 5);

  private Map<String, INDArray> state() {
    Map<String, INDArray> state = new LinkedHashMap<>();
    model.visit("", new StateVisitor() {
      @Override
      public void parameter(String name, Parameter parameter) {
        state.put(name, parameter.value());
      }

      @Override
      public void buffer(String name, Buffer buffer) {
        state.put(name, buffer.value());
      }
    });
    return state;
  }

  private static StepSamples samples(int... indices) {
    return StepSamples.of(indices, Arrays.stream(indices).mapToObj(i -> "id " + i).toList());
  }

  private NonFiniteException checked() {
    return catchThrowableOfType(() -> guard.check(images, logits, 7, samples(3, 1)), NonFiniteException.class);
  }

  @Test
  void finiteLogitsPassWhateverElseThereIs() {
    state().get("head.bias").putScalar(0, Float.NaN);
    images.putScalar(0, Float.NaN);
    logits.assign(-Float.MAX_VALUE);

    assertThatCode(() -> guard.check(images, logits, 1, StepSamples.NONE)).doesNotThrowAnyException();
    assertThatCode(() -> guard.checkEvaluation(images, logits, StepSamples.NONE)).doesNotThrowAnyException();
  }

  @Test
  void imagesComeFirst() {
    images.putScalar(images.length() - 1, Float.NEGATIVE_INFINITY);
    logits.putScalar(14, Float.NaN);
    state().get("head.bias").putScalar(0, Float.NaN);

    NonFiniteException e = checked();
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    assertThat(e.step()).hasValue(7);
    assertThat(e.samples()).isEqualTo(samples(3, 1));
    assertThat(e)
        .hasMessageStartingWith("the value of images holds NaN or infinity (step 7, samples [3, 1], ids [id 3, id 1])");
  }

  @Test
  void ofParametersTheFirstInTheOrderOfComputationIsNamed() {
    logits.putScalar(0, Float.POSITIVE_INFINITY);
    for (String name : new String[] {"head.weight", "patch_embed2.proj_conv.weight", "stage1.0.tssa.q_bn.bias"}) {
      state().get(name).putScalar(0, Float.NaN);
    }
    state().get("patch_embed1.proj_bn.running_mean").putScalar(0, Float.NaN);

    NonFiniteException e = checked();
    assertThat(e.kind()).isEqualTo(Kind.WEIGHT);
    assertThat(e.parameter()).isEqualTo("stage1.0.tssa.q_bn.bias");
    assertThat(e.affected()).isEqualTo(3);
  }

  @Test
  void thenTheRunningStatisticsBehindTheLayerWhereItBegan() {
    logits.putScalar(0, Float.NaN);
    state().get("patch_embed2.proj_bn.running_var").putScalar(1, Float.POSITIVE_INFINITY);
    state().get("stage2.0.attn.q_bn.running_mean".replace("attn", "ssa")).putScalar(0, Float.NaN);

    NonFiniteException e = checked();
    assertThat(e.kind()).isEqualTo(Kind.STATISTICS);
    assertThat(e.parameter()).isEqualTo("patch_embed2.proj_bn.running_var");
    assertThat(e).hasMessageContaining("2 running statistics in all");
    assertThat(catchThrowableOfType(() -> guard.checkModel(8, samples(4)), NonFiniteException.class))
        .hasMessage(e.getMessage().replace("step 7, samples [3, 1], ids [id 3, id 1]", "step 8, samples [4], ids [id 4]"));
  }

  @Test
  void elseTheLogitsThemselves() {
    assertThatCode(() -> guard.checkModel(1, StepSamples.NONE)).doesNotThrowAnyException();
    logits.putScalar(7, Float.NaN);
    assertThat(checked().kind()).isEqualTo(Kind.OUTPUT);
    assertThat(checked().parameter()).isEqualTo("logits");
  }

  @Test
  void anEvaluationHasNoStep() {
    logits.putScalar(7, Float.NaN);
    NonFiniteException e = catchThrowableOfType(() -> guard.checkEvaluation(images, logits, samples(5, 6)),
        NonFiniteException.class);

    assertThat(e.step()).isEmpty();
    assertThat(e.samples()).isEqualTo(samples(5, 6));
    assertThat(e)
        .hasMessageStartingWith("the value of logits holds NaN or infinity (evaluation, samples [5, 6], ids [id 5, id 6])");
  }

  @Test
  void viewsAreReadAsTheyLook() {
    INDArray transposed = Nd4j.ones(5, 3);
    transposed.putScalar(new long[] {4, 2}, Float.NaN);
    assertThat(catchThrowableOfType(() -> guard.check(images, transposed.transpose(), 1, StepSamples.NONE),
        NonFiniteException.class))
        .isNotNull();
  }
}
