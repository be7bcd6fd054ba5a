package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.qkformer.tensor.Floats;
import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Box;
import io.qkformer.train.data.Clip;
import io.qkformer.train.event.clip.ClipGeometry;
import io.qkformer.train.event.clip.ClipOperation;
import io.qkformer.train.event.clip.SnnAugmentWide;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The golden cases about clips: operations on them, what is drawn, and mixing. */
final class ClipCases {

  static final Map<String, AugmentGoldenTest.Runner> RUNNERS = Map.of("clip_op", ClipCases::operation,
      "clip_sampling", ClipCases::sampling, "clip_mix", ClipCases::mix);

  private static final int DRAWS = 20_000;
  private static final double STANDARD_ERRORS = 5;
  private static final Map<String, ClipOperation> OPERATIONS = Map.of("Identity", ClipOperation.IDENTITY,
      "ShearX", ClipOperation.SHEAR_X, "TranslateX", ClipOperation.TRANSLATE_X, "TranslateY",
      ClipOperation.TRANSLATE_Y, "Rotate", ClipOperation.ROTATE, "Cutout", ClipOperation.CUTOUT);

  private ClipCases() {
  }

  private static void operation(AugmentCase golden) throws IOException {
    Clip clip = EventArrays.inputClip(golden, "clip");
    String name = golden.param("op").asText();
    Clip changed = switch (name) {
      case "HFlip" -> ClipGeometry.flip(clip);
      case "Cutout" -> ClipGeometry.erase(clip, new Box(golden.param("top").asInt(), golden.param("left").asInt(),
          golden.param("height").asInt(), golden.param("width").asInt()));
      default -> OPERATIONS.get(name).apply(clip, golden.param("magnitude").asDouble());
    };
    EventArrays.check(golden, changed, EventArrays.expectedClip(golden, "clip"));
    if (golden.hasParam("magnitude_index")) {
      assertThat(OPERATIONS.get(name).magnitudes()[golden.param("magnitude_index").asInt()])
          .isEqualTo((float) golden.param("magnitude").asDouble());
    }
  }

  private static void sampling(AugmentCase golden) throws IOException {
    JsonNode table = golden.expectedTable("table");
    assertThat(table.get("ops")).extracting(JsonNode::asText)
        .containsExactlyInAnyOrderElementsOf(OPERATIONS.keySet());
    table.get("magnitudes").properties().forEach(entry -> {
      float[] magnitudes = OPERATIONS.get(entry.getKey()).magnitudes();
      assertThat(magnitudes).hasSize(entry.getValue().size());
      for (int i = 0; i < magnitudes.length; i++) {
        assertThat((double) magnitudes[i]).as("%s %d", entry.getKey(), i).isEqualTo(entry.getValue().get(i).asDouble());
      }
    });
    float[] translations = ClipOperation.TRANSLATE_X.magnitudes();
    assertThat(IntStream.range(0, translations.length).mapToObj(i -> (int) translations[i]).toList()).isEqualTo(
        StreamSupport.stream(table.get("translate_pixels").spliterator(), false).map(JsonNode::asInt).toList());
    for (JsonNode row : table.get("cutout_from_draws")) {
      int[] used = {0};
      JsonNode box = row.get("box");
      assertThat(SnnAugmentWide.cutout(row.get("size").asInt(), row.get("size").asInt(),
          () -> row.get("draws").get(used[0]++).asDouble())).as("%s", row)
          .contains(new Box(box.get(0).asInt(), box.get(1).asInt(), box.get(2).asInt(), box.get(3).asInt()));
      assertThat(used[0]).isEqualTo(row.get("draws").size());
    }
    table.get("cutout_distribution").forEach(ClipCases::cutoutDistribution);
  }

  private static void cutoutDistribution(JsonNode row) {
    int size = row.get("size").asInt();
    RandomStream random = RandomStream.of(1, "cutout", size);
    double[] sides = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      sides[i] = SnnAugmentWide.cutout(size, size, random::nextDouble).orElseThrow().height();
      assertThat(sides[i]).isBetween(row.get("side_min").asDouble(), row.get("side_max").asDouble());
    }
    double ratio = Math.sqrt(1 + row.get("samples").asDouble() / DRAWS);
    double side = Arrays.stream(sides).average().orElseThrow();
    double area = Arrays.stream(sides).map(s -> s * s / size / size).average().orElseThrow();
    assertThat(side).isCloseTo(row.get("side_mean").asDouble(),
        within(STANDARD_ERRORS * ratio * row.get("standard_error_of_side_mean").asDouble()));
    assertThat(area).isCloseTo(row.get("area_fraction_mean").asDouble(),
        within(STANDARD_ERRORS * ratio * row.get("standard_error_of_area_mean").asDouble()));
  }

  private static void mix(AugmentCase golden) throws IOException {
    NpyArray clips = golden.input("clips");
    int[] shape = clips.shape();
    MixingConfig config = new MixingConfig(1, 1, Optional.empty(), 1, 0.5, MixMode.BATCH, CutmixLambda.CORRECTED, 0,
        OffEpoch.SWITCHES_OFF, golden.param("smoothing").asDouble(), TimmRelease.V1_0);
    MixingPlan plan = GivenMixing.plan(config, new double[] {golden.param("lam").asDouble()}, new boolean[1],
        List.of(), shape[0], shape[3], shape[4]);
    long[] axes = IntStream.of(shape).asLongStream().toArray();
    INDArray x = Nd4j.create(clips.toFloats(), axes, 'c').permute(1, 0, 3, 4, 2).dup('c');
    plan.applyTo(x);
    golden.tolerance().check("clips", Floats.of(x.permute(1, 0, 4, 2, 3).dup('c')).toArray(),
        golden.expected("clips"));
    List<Integer> labels = new ArrayList<>();
    golden.param("labels").forEach(label -> labels.add(label.asInt()));
    SoftTargets targets = SoftTargets.of(labels.stream().mapToInt(i -> i).toArray(),
        golden.param("classes").asInt(), golden.param("smoothing").asDouble()).mixed(plan);
    double[] values = new double[targets.batch() * targets.classes()];
    for (int i = 0; i < values.length; i++) {
      values[i] = targets.at(i / targets.classes(), i % targets.classes());
    }
    golden.tolerance().check("targets", values, golden.expected("targets"));
  }
}
