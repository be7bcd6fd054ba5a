package io.qkformer.examples;

import io.qkformer.checkpoint.StateDict;
import io.qkformer.checkpoint.WeightFiles;
import io.qkformer.kernel.Engine;
import io.qkformer.model.QKFormer;
import io.qkformer.train.data.DecodeLimit;
import io.qkformer.train.data.Image;
import io.qkformer.train.data.ImageDecoder;
import io.qkformer.train.loop.Predictor;
import io.qkformer.train.recipe.ImageRecipe;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.run.ClassNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what images show. */
@Command(name = "predict", mixinStandardHelpOptions = true,
    customSynopsis = "qkformer predict --run=FOLDER | --weights=FILE [--recipe=NAME|FILE] [--top=N] [--KEY=VALUE]... IMAGE|FOLDER...",
    description = "Says what images show: a line for each, its file, classes and their probabilities, parted by tabs. "
        + "An image that cannot be read is named, and the exit code is 1 in the end.")
final class PredictCommand implements Callable<Integer> {

  private static final List<String> SUFFIXES = List.of(".jpg", ".jpeg", ".png");
  private static final String HEAD_WEIGHT = "head.weight";
  private static final String SAFETENSORS = ".safetensors";

  @Spec
  private CommandSpec spec;

  @Mixin
  private WeightsOptions weights;

  @Option(names = "--top", defaultValue = "3", paramLabel = "N", order = 0,
      description = "how many classes; default: ${DEFAULT-VALUE}")
  private int top;

  @Parameters(arity = "1..*", paramLabel = "IMAGE|FOLDER",
      description = "images (.jpg, .jpeg, .png), or folders, whose images are taken in the order of their names")
  private List<Path> paths;

  @Override
  public Integer call() throws IOException {
    if (top < 1) {
      throw new IllegalArgumentException("--top must be at least 1, got " + top);
    }
    Recipe recipe = weights.recipe();
    if (!(recipe.input() instanceof ImageRecipe images)) {
      throw new RecipeException("dataset: expected one of images, got " + recipe.data().dataset().id());
    }
    List<Path> files = files();
    List<String> names = classNames();
    QKFormer model = weights.load(recipe, names.size());
    try (Engine engine = Engine.create(recipe.run().threads().orElse(Runtime.getRuntime().availableProcessors()))) {
      Predictor predictor = new Predictor(model.forInference(), images.evaluation(), engine);
      int unread = 0;
      for (Path file : files) {
        unread += predict(file, predictor, names) ? 0 : 1;
      }
      return unread == 0 ? 0 : 1;
    }
  }

  /** Those in the file of the weights; else numbers, as many as the head has classes. */
  private List<String> classNames() throws IOException {
    Path file = weights.file();
    Optional<List<String>> names = file.toString().endsWith(SAFETENSORS) ? ClassNames.of(file) : Optional.empty();
    if (names.isPresent()) {
      return names.get();
    }
    StateDict read = WeightFiles.read(file);
    if (!read.contains(HEAD_WEIGHT) || read.get(HEAD_WEIGHT).rank() == 0) {
      throw new IllegalArgumentException(file + ": expected the weights of a QKFormer, with a classifier " + HEAD_WEIGHT
          + ", got none");
    }
    return IntStream.range(0, (int) read.get(HEAD_WEIGHT).size(0)).mapToObj(Integer::toString).toList();
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        try (Stream<Path> found = Files.walk(path)) {
          files.addAll(found.filter(PredictCommand::isImage).sorted().toList());
        }
      } else if (Files.exists(path)) {
        files.add(path);
      } else {
        throw new NoSuchFileException(path.toString(), null, "there is no such image or folder");
      }
    }
    if (files.isEmpty()) {
      throw new NoSuchFileException(paths.toString(), null, "expected images (" + String.join(", ", SUFFIXES)
          + "), found none");
    }
    return files;
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return SUFFIXES.stream().anyMatch(name::endsWith) && Files.isRegularFile(file);
  }

  /** Returns whether the image could be read. */
  private boolean predict(Path file, Predictor predictor, List<String> names) {
    Image image;
    try {
      image = new ImageDecoder(DecodeLimit.DEFAULT).decode(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      spec.commandLine().getErr().println("error: " + e.getMessage());
      return false;
    }
    StringBuilder line = new StringBuilder(file.toString());
    for (Predictor.Prediction prediction : predictor.predict(image, top)) {
      line.append(String.format(Locale.ROOT, "\t%s\t%.4f", names.get(prediction.label()), prediction.probability()));
    }
    spec.commandLine().getOut().println(line);
    return true;
  }
}
