package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.qkformer.train.augment.RandAugment;
import io.qkformer.train.augment.RandAugmentOp;
import io.qkformer.train.augment.RandAugmentPolicy;
import io.qkformer.train.augment.Resampling;
import io.qkformer.train.augment.Sign;
import io.qkformer.train.data.Image;
import io.qkformer.train.data.Rgb;
import io.qkformer.train.reference.TimmRelease;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The golden cases about RandAugment. */
final class RandAugmentCases {

  static final Map<String, AugmentGoldenTest.Runner> RUNNERS = Map.of(
      "randaugment_op", RandAugmentCases::operation,
      "level_to_arg", RandAugmentCases::levels,
      "policy", RandAugmentCases::policy);

  private static final Map<String, TimmRelease> RELEASES =
      Map.of("timm_1_0", TimmRelease.V1_0, "timm_0_6_12", TimmRelease.V0_6_12);

  private RandAugmentCases() {
  }

  private static void operation(AugmentCase golden) throws IOException {
    JsonNode args = golden.param("args");
    assertThat(args.size()).isLessThanOrEqualTo(1);
    double argument = args.isEmpty() ? Double.NaN : args.get(0).asDouble();
    Resampling resampling = golden.hasParam("resample") ? ImageCases.resampling(golden) : Resampling.NEAREST;
    Rgb fill = golden.hasParam("fill") ? ImageCases.colour(golden.param("fill")) : Rgb.BLACK;
    Image result = RandAugmentOp.named(golden.param("op").asText())
        .apply(ImageCases.image(golden), argument, resampling, fill);
    golden.tolerance().check("image", result.toBytes(), golden.expected("image"));
  }

  private static void levels(AugmentCase golden) throws IOException {
    JsonNode table = golden.expectedTable("table");
    for (JsonNode name : table.get("no_argument")) {
      assertThat(RandAugmentOp.named(name.asText()).hasArgument()).as(name.asText()).isFalse();
    }
    checkLevels(golden, table.get("magnitudes"), table.get("ops"), TimmRelease.V1_0);
    JsonNode old = table.path("timm_0_6_12_where_it_differs");
    checkLevels(golden, table.get("magnitudes"), old, TimmRelease.V0_6_12);
    for (var entry : table.get("ops").properties()) {
      if (!old.has(entry.getKey())) {
        checkLevels(golden, table.get("magnitudes"), entry.getKey(), entry.getValue(), TimmRelease.V0_6_12);
      }
    }
  }

  private static void checkLevels(AugmentCase golden, JsonNode magnitudes, JsonNode ops, TimmRelease version) {
    for (var entry : ops.properties()) {
      checkLevels(golden, magnitudes, entry.getKey(), entry.getValue(), version);
    }
  }

  private static void checkLevels(AugmentCase golden, JsonNode magnitudes, String name, JsonNode row,
      TimmRelease version) {
    RandAugmentOp op = RandAugmentOp.named(name.split("@")[0]);
    int translateConst = row.path("translate_const").asInt(RandAugment.DEFAULT_TRANSLATE_CONST);
    for (int i = 0; i < magnitudes.size(); i++) {
      double magnitude = magnitudes.get(i).asDouble();
      String what = name + " at " + magnitude + ", " + version;
      golden.tolerance().check(what, op.argument(magnitude, Sign.PLUS, translateConst, version),
          AugmentCase.number(row.get("plus").get(i)));
      golden.tolerance().check("minus " + what, op.argument(magnitude, Sign.MINUS, translateConst, version),
          AugmentCase.number(row.get("minus").get(i)));
    }
    assertThat(op.isSigned()).as("sign of " + name).isEqualTo(!row.get("plus").equals(row.get("minus")));
  }

  private static void policy(AugmentCase golden) {
    String text = golden.param("policy").asText();
    assertThat(golden.expects("timm_1_0")).isTrue();
    RELEASES.forEach((name, version) -> {
      // where nothing else is said, the older release agrees
      JsonNode expected = golden.expected().path(name).isMissingNode() ? golden.expected().get("timm_1_0")
          : golden.expected().get(name);
      if (expected.has("error")) {
        assertThatThrownBy(() -> RandAugmentPolicy.parse(text, version)).as("%s of %s", text, version)
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(text);
      } else {
        checkPolicy(golden, RandAugmentPolicy.parse(text, version), expected);
      }
    });
  }

  private static void checkPolicy(AugmentCase golden, RandAugmentPolicy policy, JsonNode expected) {
    assertThat(policy.ops().stream().map(RandAugmentOp::timmName)).isEqualTo(texts(expected.get("ops")));
    assertThat(policy.layers()).isEqualTo(expected.get("num_layers").asInt());
    Tolerance tolerance = golden.tolerance();
    tolerance.check("magnitude", policy.magnitude(), AugmentCase.number(expected.get("magnitude")));
    tolerance.check("std", policy.magnitudeStd(), AugmentCase.number(expected.get("magnitude_std")));
    tolerance.check("probability", policy.probability(), AugmentCase.number(expected.get("prob")));
    JsonNode max = expected.get("magnitude_max");
    assertThat(policy.magnitudeMax().isPresent()).as("magnitude max").isEqualTo(!max.isNull());
    policy.magnitudeMax().ifPresent(value -> tolerance.check("max", value, AugmentCase.number(max)));
    JsonNode weights = expected.get("weights");
    assertThat(policy.weights().isPresent()).as("weights").isEqualTo(!weights.isNull());
    policy.weights().ifPresent(values -> {
      assertThat(values).hasSize(weights.size());
      for (int i = 0; i < values.size(); i++) {
        tolerance.check("weight " + i, values.get(i), weights.get(i).asDouble());
      }
    });
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
