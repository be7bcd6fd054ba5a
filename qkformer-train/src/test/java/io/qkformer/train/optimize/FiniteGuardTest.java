package io.qkformer.train.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.qkformer.kernel.Workers;
import io.qkformer.layer.Parameter;
import io.qkformer.model.Preset;
import io.qkformer.model.QKFormer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiniteGuardTest {
  private static final StepSamples SAMPLES = new StepSamples(List.of(4, 5),
      List.of("train/cat/7.png", "train/dog/9.png"));

  private final QKFormer model = new QKFormer(Preset.HST_2_256_CIFAR10_DVS.config(), 1);
  private final List<ParameterGroup> groups = ParameterGroups.of(model, 0.06);
  private final FiniteGuard guard = new FiniteGuard(groups, new Workers(1));

  private Map<String, Parameter> parameters() {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    model.visit("", parameters::put);
    return parameters;
  }

  @Test
  void modelAtItsStartPasses() {
    assertThatCode(() -> guard.checkWeights(0, StepSamples.NONE)).doesNotThrowAnyException();
    assertThatCode(() -> guard.checkGradients(0, StepSamples.NONE)).doesNotThrowAnyException();
  }

  @Test
  void gradientIsNamedWhereTheBackwardPassMetItFirst() {
    for (String name : List.of("patch_embed1.proj_conv.weight", "stage1.0.tssa.q_conv.weight",
        "patch_embed2.proj4_conv.weight")) {
      parameters().get(name).gradient().putScalar(0, Float.NaN);
    }
    NonFiniteException e = catchThrowableOfType(() -> guard.checkGradients(17, SAMPLES), NonFiniteException.class);

    assertThat(e.parameter()).isEqualTo("patch_embed2.proj4_conv.weight");
    assertThat(e.kind()).isEqualTo(NonFiniteException.Kind.GRADIENT);
    assertThat(e.affected()).isEqualTo(3);
    assertThat(e.step()).hasValue(17);
    assertThat(e.samples()).isEqualTo(SAMPLES);
    assertThat(e).hasMessageContaining("the gradient of patch_embed2.proj4_conv.weight holds NaN or infinity")
        .hasMessageContaining("3 parameters in all")
        .hasMessageContaining("step 17, samples [4, 5], ids [train/cat/7.png, train/dog/9.png]");
  }

  @Test
  void weightIsNamedWhereTheForwardPassMeetsItFirst() {
    for (String name : List.of("patch_embed2.proj_conv.weight", "stage1.0.tssa.q_conv.weight", "head.bias")) {
      parameters().get(name).value().putScalar(1, Float.NEGATIVE_INFINITY);
    }
    NonFiniteException e = catchThrowableOfType(() -> guard.checkWeights(3, StepSamples.NONE), NonFiniteException.class);

    assertThat(e.parameter()).isEqualTo("stage1.0.tssa.q_conv.weight");
    assertThat(e.kind()).isEqualTo(NonFiniteException.Kind.WEIGHT);
    assertThat(e.samples()).isEqualTo(StepSamples.NONE);
  }

  @Test
  void optimizersNameTheParameterButKnowNoSamples() {
    parameters().get("head.weight").gradient().putScalar(0, Float.POSITIVE_INFINITY);
    Optimizer optimizer = new AdamW(groups, AdamWConfig.defaults());
    NonFiniteException e = catchThrowableOfType(() -> optimizer.step(0.1), NonFiniteException.class);

    assertThat(e.parameter()).isEqualTo("head.weight");
    assertThat(e.affected()).isEqualTo(1);
    assertThat(e.step()).isEmpty();
    assertThat(e.samples()).isEqualTo(StepSamples.NONE);
  }

  @Test
  void largestFloatsAreNumbers() {
    parameters().get("head.weight").value().assign(-Float.MAX_VALUE);

    assertThatCode(() -> guard.checkWeights(0, StepSamples.NONE)).doesNotThrowAnyException();
  }
}
