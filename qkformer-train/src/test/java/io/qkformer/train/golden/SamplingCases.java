package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.qkformer.tensor.RandomStream;
import io.qkformer.train.augment.ErasingMode;
import io.qkformer.train.augment.Interpolation;
import io.qkformer.train.augment.RandomErasing;
import io.qkformer.train.augment.RandomResizedCrop;
import io.qkformer.train.augment.Range;
import io.qkformer.train.data.Box;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** The golden cases about what is drawn: boxes from given numbers, and the statistics of many draws. */
final class SamplingCases {

  static final Map<String, AugmentGoldenTest.Runner> RUNNERS = Map.of(
      "crop_sampling", SamplingCases::crops,
      "erasing_const", SamplingCases::erasingConst,
      "erasing_sampling", SamplingCases::erasingBoxes,
      "erasing_distribution", SamplingCases::erasingDistribution,
      "distribution", DistributionCases::run);

  static final int DRAWS = 40_000;
  static final long SEED = 7;
  static final String HEIGHT = "height";
  static final String WIDTH = "width";
  private static final String COUNT = "count";
  private static final String TABLE = "table";

  private SamplingCases() {
  }

  private static void crops(AugmentCase golden) throws IOException {
    JsonNode rows = golden.expectedTable(TABLE);
    assertThat(rows).isNotEmpty();
    for (JsonNode row : rows) {
      Draws draws = new Draws(row.get("draws"));
      Box box = crop(row).sample(row.get(HEIGHT).asInt(), row.get(WIDTH).asInt(), draws);
      assertThat(box).as("%s", row).isEqualTo(new Box(row.get("top").asInt(), row.get("left").asInt(),
          row.get("crop_height").asInt(), row.get("crop_width").asInt()));
      assertThat(draws.used).as("draws of %s", row).isEqualTo(row.get("draws").size());
    }
  }

  static RandomResizedCrop crop(JsonNode row) {
    return new RandomResizedCrop(1, 1, range(row.get("scale")), range(row.get("ratio")), Interpolation.BICUBIC);
  }

  private static Range range(JsonNode pair) {
    return new Range(pair.get(0).asDouble(), pair.get(1).asDouble());
  }

  /** Given numbers in the order of use. */
  private static final class Draws implements DoubleSupplier {
    private final JsonNode values;
    private int used;

    Draws(JsonNode values) {
      this.values = values;
    }

    @Override
    public double getAsDouble() {
      return values.get(used++).asDouble();
    }
  }

  private static void erasingConst(AugmentCase golden) throws IOException {
    NpyArray input = golden.input("tensor");
    float[] values = ImageCases.channelsLast(input.toFloats());
    Box box = new Box(golden.param("top").asInt(), golden.param("left").asInt(), golden.param(HEIGHT).asInt(),
        golden.param(WIDTH).asInt());
    new RandomErasing(1, ErasingMode.named(golden.param("mode").asText()), 1)
        .erase(values, 0, input.shape()[2], box, RandomStream.of(SEED, "erase"));
    golden.tolerance().check("tensor", ImageCases.channelsFirst(values), golden.expected("tensor"));
  }

  private static RandomErasing erasing(AugmentCase golden, int count) {
    double aspect = golden.param("min_aspect").asDouble();
    double largest = golden.params().path("max_aspect").asDouble(1 / aspect);
    return new RandomErasing(1, ErasingMode.CONST, count, count,
        new Range(golden.param("min_area").asDouble(), golden.param("max_area").asDouble()),
        new Range(aspect, largest));
  }

  private static void erasingBoxes(AugmentCase golden) throws IOException {
    JsonNode rows = golden.expectedTable(TABLE);
    assertThat(rows).isNotEmpty();
    for (JsonNode row : rows) {
      int count = row.get(COUNT).asInt();
      Draws draws = new Draws(row.get("draws"));
      List<Box> boxes = erasing(golden, count).sample(row.get(HEIGHT).asInt(), row.get(WIDTH).asInt(), count, draws);
      List<Box> expected = new ArrayList<>();
      row.get("boxes").forEach(box -> expected.add(
          new Box(box.get(0).asInt(), box.get(1).asInt(), box.get(2).asInt(), box.get(3).asInt())));
      assertThat(boxes).as("%s", row).isEqualTo(expected);
      assertThat(draws.used).as("draws of %s", row).isEqualTo(row.get("draws").size());
    }
  }

  private static void erasingDistribution(AugmentCase golden) throws IOException {
    for (JsonNode row : golden.expectedTable(TABLE)) {
      int height = row.get(HEIGHT).asInt();
      int width = row.get(WIDTH).asInt();
      int count = row.get(COUNT).asInt();
      RandomErasing erasing = erasing(golden, count);
      RandomStream random = RandomStream.of(SEED, "erasing distribution");
      List<Box> boxes = new ArrayList<>();
      for (int i = 0; i < DRAWS; i++) {
        boxes.addAll(erasing.sample(height, width, count, random::nextDouble));
      }
      assertThat((double) boxes.size() / DRAWS).isCloseTo(row.get("boxes_per_image").asDouble(), within(1e-3));
      Statistics area = Statistics.of(boxes, box -> (double) box.area() / (height * width));
      double n = row.get("boxes").asDouble();
      close(golden, row, "area_fraction_mean", area.mean(), "standard_error_of_area_mean", n, boxes.size());
      close(golden, row, "area_fraction_var", area.variance(), "standard_error_of_area_var", n, boxes.size());
      Statistics aspect = Statistics.of(boxes, box -> Math.log((double) box.height() / box.width()));
      close(golden, row, "log_aspect_mean", aspect.mean(), "standard_error_of_log_aspect_mean", n, boxes.size());
    }
  }

  static void close(AugmentCase golden, JsonNode row, String key, double actual, String errorKey,
      double samples, double draws) {
    double error = row.get(errorKey).asDouble();
    assertThat(actual).as("%s of %s", key, row).isCloseTo(row.get(key).asDouble(),
        within(golden.standardErrors() * error * Math.sqrt(1 + samples / draws)));
  }
}
