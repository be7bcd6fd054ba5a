package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qkformer.tensor.Floats;
import io.qkformer.train.optimize.CutBox;
import io.qkformer.train.optimize.CutmixRange;
import io.qkformer.train.optimize.GivenMixing;
import io.qkformer.train.optimize.MixMode;
import io.qkformer.train.optimize.MixingConfig;
import io.qkformer.train.optimize.MixingConfig.CutmixLambda;
import io.qkformer.train.optimize.MixingConfig.OffEpoch;
import io.qkformer.train.optimize.MixingPlan;
import io.qkformer.train.optimize.SoftTargets;
import io.qkformer.train.reference.TimmRelease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The golden cases about mixup, cutmix and soft targets. */
final class MixingCases {

  private static final String IMAGES = "images";
  private static final String TARGETS = "targets";
  private static final String OLD = "timm_0_6_12";
  private static final Map<String, TimmRelease> RELEASES =
      Map.of("timm_1_0", TimmRelease.V1_0, OLD, TimmRelease.V0_6_12);

  private MixingCases() {
  }

  /** Mixes pictures, channels first, into pictures, channels first. */
  private interface Mixer {
    double[] mix(MixingPlan plan, NpyArray images);
  }

  static void floats(AugmentCase golden) throws IOException {
    run(golden, MixingCases::mixFloats);
  }

  static void bytes(AugmentCase golden) throws IOException {
    run(golden, MixingCases::mixBytes);
  }

  private static void run(AugmentCase golden, Mixer mixer) throws IOException {
    check(golden, golden.expected(), TimmRelease.V1_0, mixer);
    check(golden, golden.expects(OLD) ? golden.expected().get(OLD) : golden.expected(), TimmRelease.V0_6_12, mixer);
  }

  private static void check(AugmentCase golden, JsonNode expected, TimmRelease release, Mixer mixer)
      throws IOException {
    NpyArray images = golden.input(IMAGES);
    MixingPlan plan = plan(golden, release, images.shape());
    golden.tolerance(IMAGES).check(IMAGES + " " + release, mixer.mix(plan, images),
        golden.array(expected.get(IMAGES)));
    SoftTargets targets = targets(golden).mixed(plan);
    golden.tolerance(TARGETS).check(TARGETS + " " + release, values(targets), golden.array(expected.get(TARGETS)));
  }

  private static MixingPlan plan(AugmentCase golden, TimmRelease release, int... shape) {
    MixingConfig config = new MixingConfig(1, 1, Optional.empty(), 1, 0.5,
        MixMode.valueOf(golden.param("mode").asText().toUpperCase(Locale.ROOT)),
        golden.param("correct_lam").asBoolean() ? CutmixLambda.CORRECTED : CutmixLambda.DRAWN, 0,
        OffEpoch.SWITCHES_OFF, golden.param("smoothing").asDouble(), release);
    JsonNode lambda = golden.param("lam");
    int units = lambda.isArray() ? lambda.size() : 1;
    double[] lambdas = new double[units];
    boolean[] cuts = new boolean[units];
    for (int i = 0; i < units; i++) {
      lambdas[i] = lambda.isArray() ? lambda.get(i).asDouble() : lambda.asDouble();
      cuts[i] = lambda.isArray() ? golden.param("cutmix").get(i).asBoolean() : golden.param("cutmix").asBoolean();
    }
    List<int[]> centres = new ArrayList<>();
    golden.param("centres").forEach(c -> centres.add(new int[] {c.get(0).asInt(), c.get(1).asInt()}));
    return GivenMixing.plan(config, lambdas, cuts, centres, shape[0], shape[2], shape[3]);
  }

  private static double[] mixFloats(MixingPlan plan, NpyArray images) {
    int[] shape = images.shape();
    INDArray x = Nd4j.create(images.toFloats(), new long[] {1, shape[0], shape[1], shape[2], shape[3]}, 'c')
        .permute(0, 1, 3, 4, 2).dup('c');
    plan.applyTo(x);
    float[] mixed = Floats.of(x.permute(0, 1, 4, 2, 3).dup('c')).toArray();
    double[] values = new double[mixed.length];
    for (int i = 0; i < mixed.length; i++) {
      values[i] = mixed[i];
    }
    return values;
  }

  private static double[] mixBytes(MixingPlan plan, NpyArray images) {
    int[] shape = images.shape();
    int channels = shape[1];
    int pixels = shape[2] * shape[3];
    byte[] all = images.toBytes();
    List<byte[]> pictures = new ArrayList<>();
    for (int b = 0; b < shape[0]; b++) {
      byte[] picture = new byte[channels * pixels];
      for (int i = 0; i < picture.length; i++) {
        picture[i] = all[b * picture.length + i % channels * pixels + i / channels];
      }
      pictures.add(picture);
    }
    List<byte[]> mixed = plan.apply(pictures, shape[2], shape[3]);
    double[] values = new double[all.length];
    for (int b = 0; b < shape[0]; b++) {
      for (int i = 0; i < channels * pixels; i++) {
        values[b * channels * pixels + i % channels * pixels + i / channels] =
            Byte.toUnsignedInt(mixed.get(b)[i]);
      }
    }
    return values;
  }

  private static SoftTargets targets(AugmentCase golden) throws IOException {
    return SoftTargets.of(golden.input("labels").toInts(), golden.param("classes").asInt(),
        golden.param("smoothing").asDouble());
  }

  private static double[] values(SoftTargets targets) {
    double[] values = new double[targets.batch() * targets.classes()];
    for (int i = 0; i < values.length; i++) {
      values[i] = targets.at(i / targets.classes(), i % targets.classes());
    }
    return values;
  }

  static void softTarget(AugmentCase golden) throws IOException {
    golden.tolerance().check(TARGETS, values(targets(golden).mixedWithReversed(golden.param("lam").asDouble())),
        golden.expected(TARGETS));
  }

  static void boxes(AugmentCase golden) throws IOException {
    JsonNode table = golden.expectedTable("table");
    assertThat(table.get("columns")).extracting(JsonNode::asText).containsExactly("height", "width", "lam",
        "centre_y", "centre_x", "y_low", "y_high", "x_low", "x_high", "corrected_lam");
    for (Map.Entry<String, TimmRelease> release : RELEASES.entrySet()) {
      for (JsonNode row : table.get(release.getKey())) {
        int height = row.get(0).asInt();
        int width = row.get(1).asInt();
        CutBox box = CutBox.around(height, width, row.get(2).asDouble(), row.get(3).asInt(), row.get(4).asInt(),
            release.getValue());
        assertThat(box).as("%s %s", release.getKey(), row).isEqualTo(
            new CutBox(row.get(5).asInt(), row.get(6).asInt(), row.get(7).asInt(), row.get(8).asInt()));
        golden.tolerance().check(row.toString(), box.shareOutside(height, width), row.get(9).asDouble());
      }
    }
  }

  static void minmax(AugmentCase golden) throws IOException {
    for (JsonNode row : golden.expectedTable("table")) {
      int height = row.get("height").asInt();
      int width = row.get("width").asInt();
      CutmixRange range = new CutmixRange(row.get("min").asDouble(), row.get("max").asDouble());
      JsonNode draws = row.get("draws_cut_h_cut_w_top_left");
      int cutHeight = draws.get(0).asInt();
      int cutWidth = draws.get(1).asInt();
      List<CutmixRange.Range> ranges = List.of(range.lengths(height), range.lengths(width),
          CutmixRange.starts(height, cutHeight, TimmRelease.V1_0),
          CutmixRange.starts(width, cutWidth, TimmRelease.V1_0));
      for (int i = 0; i < ranges.size(); i++) {
        JsonNode expected = row.get("draw_ranges_low_high_exclusive").get(i);
        assertThat(ranges.get(i)).as("%s, range %d", row, i)
            .isEqualTo(new CutmixRange.Range(expected.get(0).asInt(), expected.get(1).asInt()));
      }
      CutBox box = CutBox.at(draws.get(2).asInt(), draws.get(3).asInt(), cutHeight, cutWidth);
      JsonNode expected = row.get("box");
      assertThat(box).as("%s", row).isEqualTo(new CutBox(expected.get(0).asInt(), expected.get(1).asInt(),
          expected.get(2).asInt(), expected.get(3).asInt()));
      golden.tolerance().check(row.toString(), box.shareOutside(height, width), row.get("lam").asDouble());
    }
  }
}
