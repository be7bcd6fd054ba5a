package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.qkformer.tensor.RandomStream;
import io.qkformer.train.augment.Interpolation;
import io.qkformer.train.augment.RandAugment;
import io.qkformer.train.augment.RandAugmentOp;
import io.qkformer.train.augment.RandAugmentPolicy;
import io.qkformer.train.augment.RandomResizedCrop;
import io.qkformer.train.data.Box;
import io.qkformer.train.data.Rgb;
import io.qkformer.train.optimize.BatchMixing;
import io.qkformer.train.optimize.MixingConfig;
import io.qkformer.train.reference.TimmRelease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;

/** The golden cases that compare many draws with exact values, or with many draws of the reference. */
final class DistributionCases {

  private static final int DRAWS = SamplingCases.DRAWS;
  private static final List<RandAugmentOp> OPS = RandAugmentPolicy.parse("rand").ops();

  private DistributionCases() {
  }

  static void run(AugmentCase golden) throws IOException {
    JsonNode rows = golden.expectedTable("table");
    assertThat(rows).isNotEmpty();
    for (JsonNode row : rows) {
      switch (row.get("name").asText()) {
        case "magnitude" -> magnitude(golden, row);
        case "layers" -> layers(golden, row);
        case "resized_crop" -> resizedCrop(golden, row);
        case "beta" -> beta(golden, row);
        default -> throw new AssertionError("unknown distribution: " + row);
      }
    }
  }

  private static List<List<RandAugment.Step>> samples(RandAugmentPolicy policy) {
    RandAugment augment = new RandAugment(policy, Interpolation.BICUBIC, Rgb.GREY, 1);
    return LongStream.range(0, DRAWS)
        .mapToObj(i -> augment.sample(RandomStream.of(SamplingCases.SEED, "distribution", i))).toList();
  }

  private static void magnitude(AugmentCase golden, JsonNode row) {
    int max = row.get("max").asInt();
    RandAugmentPolicy policy = new RandAugmentPolicy(OPS, 1, row.get("magnitude").asDouble(),
        AugmentCase.number(row.get("std")), OptionalInt.of(max), 1, Optional.empty(), TimmRelease.V1_0);
    List<RandAugment.Step> steps = samples(policy).stream().flatMap(List::stream).toList();
    assertThat(steps).hasSize(DRAWS);
    Statistics drawn = Statistics.of(steps, RandAugment.Step::magnitude);
    near(golden, row, "mean", drawn.mean(), drawn.errorOfMean());
    near(golden, row, "var", drawn.variance(), drawn.errorOfVariance());
    share(golden, row, "probability_at_max", steps.stream().filter(s -> s.magnitude() == max).count(), DRAWS);
    share(golden, row, "probability_at_0", steps.stream().filter(s -> s.magnitude() == 0).count(), DRAWS);
  }

  private static void layers(AugmentCase golden, JsonNode row) {
    assertThat(OPS).hasSize(row.get("ops").asInt());
    RandAugmentPolicy policy = new RandAugmentPolicy(OPS, row.get("num_layers").asInt(), 9, 0, OptionalInt.empty(),
        row.get("prob").asDouble(), Optional.empty(), TimmRelease.V1_0);
    List<List<RandAugment.Step>> samples = samples(policy);
    share(golden, row, "probability_no_op_applied", samples.stream().filter(List::isEmpty).count(), DRAWS);
    Statistics applied = Statistics.of(samples, List::size);
    near(golden, row, "mean_ops_applied", applied.mean(), applied.errorOfMean());
    List<RandAugment.Step> steps = samples.stream().flatMap(List::stream).toList();
    for (var op : OPS) {
      share(golden, row, "probability_of_one_given_op_per_draw", steps.stream().filter(s -> s.op() == op).count(),
          steps.size());
    }
  }

  private static void resizedCrop(AugmentCase golden, JsonNode row) {
    int height = row.get(SamplingCases.HEIGHT).asInt();
    int width = row.get(SamplingCases.WIDTH).asInt();
    RandomResizedCrop crop = SamplingCases.crop(row);
    RandomStream random = RandomStream.of(SamplingCases.SEED, "resized crop");
    List<Box> boxes = new ArrayList<>();
    for (int i = 0; i < DRAWS; i++) {
      boxes.add(crop.sample(height, width, random::nextDouble));
    }
    double n = row.get("samples").asDouble();
    Statistics area = Statistics.of(boxes, box -> (double) box.area() / (height * width));
    Statistics ratio = Statistics.of(boxes, box -> Math.log((double) box.width() / box.height()));
    SamplingCases.close(golden, row, "area_mean", area.mean(), "standard_error_of_area_mean", n, DRAWS);
    SamplingCases.close(golden, row, "log_ratio_mean", ratio.mean(), "standard_error_of_log_ratio_mean", n, DRAWS);
    SamplingCases.close(golden, row, "top_mean", Statistics.of(boxes, Box::top).mean(),
        "standard_error_of_top_mean", n, DRAWS);
    SamplingCases.close(golden, row, "left_mean", Statistics.of(boxes, Box::left).mean(),
        "standard_error_of_left_mean", n, DRAWS);
    nearBoth(golden, row, "area_var", area.variance(), area.errorOfVariance(), n);
    nearBoth(golden, row, "log_ratio_var", ratio.variance(), ratio.errorOfVariance(), n);
  }

  private static void beta(AugmentCase golden, JsonNode row) {
    BatchMixing mixing = new BatchMixing(MixingConfig.defaults().with(row.get("alpha").asDouble(), 0, 1),
        SamplingCases.SEED);
    List<Double> shares = LongStream.range(0, DRAWS)
        .mapToObj(i -> mixing.plan(0, i, 2, 1, 1).samples().get(0).own()).toList();
    Statistics drawn = Statistics.of(shares, Double::doubleValue);
    near(golden, row, "mean", drawn.mean(), drawn.errorOfMean());
    near(golden, row, "var", drawn.variance(), drawn.errorOfVariance());
    for (double probability : new double[] {0.1, 0.25}) {
      double quantile = row.get("quantile_" + probability).asDouble();
      double below = (double) shares.stream().filter(s -> s < quantile).count() / DRAWS;
      assertThat(below).as("share below the quantile %s of %s", probability, row).isCloseTo(probability,
          within(golden.standardErrors() * Math.sqrt(probability * (1 - probability) / DRAWS)));
    }
  }

  private static void near(AugmentCase golden, JsonNode row, String key, double actual, double error) {
    assertThat(actual).as("%s of %s", key, row)
        .isCloseTo(row.get(key).asDouble(), within(golden.standardErrors() * error));
  }

  /** As {@link #near}, where the reference's value is one of so many samples, too. */
  private static void nearBoth(AugmentCase golden, JsonNode row, String key, double actual, double error,
      double samples) {
    near(golden, row, key, actual, error * Math.sqrt(1 + DRAWS / samples));
  }

  private static void share(AugmentCase golden, JsonNode row, String key, long count, long of) {
    double probability = row.get(key).asDouble();
    near(golden, row, key, (double) count / of, Math.sqrt(probability * (1 - probability) / of));
  }
}
