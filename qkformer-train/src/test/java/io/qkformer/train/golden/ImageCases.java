package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qkformer.tensor.RandomStream;
import io.qkformer.train.augment.ColorChange;
import io.qkformer.train.augment.EvaluationTransform;
import io.qkformer.train.augment.Resampling;
import io.qkformer.train.augment.Resizing;
import io.qkformer.train.data.Box;
import io.qkformer.train.data.DecodeLimit;
import io.qkformer.train.data.Image;
import io.qkformer.train.data.ImageDecoder;
import io.qkformer.train.data.Normalization;
import io.qkformer.train.data.PaddedRandomCrop;
import io.qkformer.train.data.PaddingMode;
import io.qkformer.train.data.RandomHorizontalFlip;
import io.qkformer.train.data.Rgb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The golden cases about pictures: decoding, resizing, cropping, colours, normalising. */
final class ImageCases {

  static final Map<String, AugmentGoldenTest.Runner> RUNNERS = runners();

  private static final String SIZE = "size";
  private static final String PNG = ".png";

  private ImageCases() {
  }

  private static Map<String, AugmentGoldenTest.Runner> runners() {
    Map<String, AugmentGoldenTest.Runner> runners = new HashMap<>();
    runners.put("resized_crop", golden -> check(golden, Resizing.resize(image(golden), box(golden),
        golden.param("out_height").asInt(), golden.param("out_width").asInt(), resampling(golden))));
    runners.put("eval_transform", golden -> check(golden, new EvaluationTransform(golden.param(SIZE).asInt(),
        golden.param("crop_pct").asDouble(), resampling(golden), Normalization.IMAGENET).apply(image(golden))));
    runners.put("center_crop", golden -> check(golden, Resizing.centreCrop(image(golden),
        golden.param("height").asInt(), golden.param("width").asInt())));
    runners.put("hflip", golden -> check(golden,
        new RandomHorizontalFlip(1).apply(image(golden), RandomStream.of(0, "flip"))));
    runners.put("padded_crop", golden -> check(golden, new PaddedRandomCrop(golden.param("padding").asInt(),
        PaddingMode.named(golden.param("mode").asText()), colour(golden.param("fill")))
        .cut(image(golden), box(golden))));
    runners.put("normalise", ImageCases::normalise);
    runners.put("decode", ImageCases::decode);
    runners.put("colour_jitter", ImageCases::colourJitter);
    runners.putAll(RandAugmentCases.RUNNERS);
    runners.putAll(SamplingCases.RUNNERS);
    return Map.copyOf(runners);
  }

  /** The input picture, be it an array or a PNG file. */
  static Image image(AugmentCase golden) throws IOException {
    Path file = golden.inputFile("image");
    if (file.toString().endsWith(PNG)) {
      return new ImageDecoder(DecodeLimit.DEFAULT).decode(Files.readAllBytes(file), file.toString());
    }
    NpyArray pixels = golden.input("image");
    return Image.of(pixels.shape()[1], pixels.shape()[0], pixels.toBytes());
  }

  static Resampling resampling(AugmentCase golden) {
    return Resampling.valueOf(golden.param("resample").asText().toUpperCase(Locale.ROOT));
  }

  /** A colour written as one level or as three. */
  static Rgb colour(JsonNode node) {
    return node.isArray() ? new Rgb(node.get(0).asInt(), node.get(1).asInt(), node.get(2).asInt())
        : Rgb.grey(node.asInt());
  }

  private static Box box(AugmentCase golden) {
    return new Box(golden.param("top").asInt(), golden.param("left").asInt(), golden.param("height").asInt(),
        golden.param("width").asInt());
  }

  /** Compares the size, and the windows that the case holds. */
  private static void check(AugmentCase golden, Image actual) throws IOException {
    JsonNode size = golden.expected().get(SIZE);
    assertThat(List.of(actual.width(), actual.height())).as("width and height")
        .isEqualTo(List.of(size.get(0).asInt(), size.get(1).asInt()));
    JsonNode windows = golden.expected().get("windows");
    assertThat(windows).as("windows").isNotEmpty();
    for (JsonNode window : windows) {
      JsonNode box = window.get("box");
      Image part = Resizing.crop(actual,
          new Box(box.get(0).asInt(), box.get(1).asInt(), box.get(2).asInt(), box.get(3).asInt()));
      golden.tolerance().check("window " + box, part.toBytes(), golden.array(window));
    }
  }

  private static void normalise(AugmentCase golden) throws IOException {
    Image image = image(golden);
    // both forms are the same formula
    assertThat(golden.param("form").asText()).isIn("unit", "byte");
    Normalization normalization = new Normalization(numbers(golden.param("mean")), numbers(golden.param("std")));
    float[] values = channelsFirst(normalization.apply(image));
    golden.tolerance().check("tensor", values, golden.expected("tensor"));
  }

  private static List<Double> numbers(JsonNode array) {
    List<Double> numbers = new ArrayList<>();
    array.forEach(number -> numbers.add(number.asDouble()));
    return numbers;
  }

  /** From [H, W, 3] to [3, H, W]. */
  static float[] channelsFirst(float[] values) {
    float[] turned = new float[values.length];
    int plane = values.length / Image.CHANNELS;
    for (int i = 0; i < values.length; i++) {
      turned[i % Image.CHANNELS * plane + i / Image.CHANNELS] = values[i];
    }
    return turned;
  }

  /** From [3, H, W] to [H, W, 3]. */
  static float[] channelsLast(float[] values) {
    float[] turned = new float[values.length];
    int plane = values.length / Image.CHANNELS;
    for (int i = 0; i < values.length; i++) {
      turned[i] = values[i % Image.CHANNELS * plane + i / Image.CHANNELS];
    }
    return turned;
  }

  private static void decode(AugmentCase golden) throws IOException {
    Path file = golden.inputFile("file");
    Image image = new ImageDecoder(DecodeLimit.DEFAULT).decode(Files.readAllBytes(file), file.toString());
    NpyArray expected = golden.expected("image");
    assertThat(List.of(image.height(), image.width())).isEqualTo(List.of(expected.shape()[0], expected.shape()[1]));
    golden.tolerance().check("pixels", image.toBytes(), expected);
  }

  private static void colourJitter(AugmentCase golden) throws IOException {
    Image image = image(golden);
    for (JsonNode step : golden.param("steps")) {
      image = ColorChange.named(step.get("op").asText()).apply(image, step.get("factor").asDouble());
    }
    golden.tolerance().check("image", image.toBytes(), golden.expected("image"));
  }
}
