package io.qkformer.examples;

import io.qkformer.checkpoint.StateDict;
import io.qkformer.checkpoint.WeightFiles;
import io.qkformer.kernel.Engine;
import io.qkformer.model.QKFormer;
import io.qkformer.train.data.ImageDecoder;
import io.qkformer.train.loop.ClipPredictor;
import io.qkformer.train.loop.Predictor;
import io.qkformer.train.recipe.EventRecipe;
import io.qkformer.train.recipe.ImageRecipe;
import io.qkformer.train.recipe.Recipe;
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

/** Says what images, or recordings of an event camera, show. */
@Command(name = "predict", mixinStandardHelpOptions = true,
    customSynopsis = "qkformer predict --run=FOLDER | --weights=FILE [--recipe=NAME|FILE] [--top=N] [--KEY=VALUE]... FILE|FOLDER...",
    description = "Says what images, or recordings of an event camera, show: a line for each, its file, classes and their "
        + "probabilities, parted by tabs. A file that cannot be read is named, and the exit code is 1 in the end.")
final class PredictCommand implements Callable<Integer> {

  private static final List<String> IMAGES = List.of(".jpg", ".jpeg", ".png");
  private static final List<String> RECORDINGS = List.of(".aedat", ".npz", ".bin");
  private static final String HEAD_WEIGHT = "head.weight";
  private static final String SAFETENSORS = ".safetensors";

  @Spec
  private CommandSpec spec;

  @Mixin
  private WeightsOptions weights;

  @Option(names = "--top", defaultValue = "3", paramLabel = "N", order = 0,
      description = "how many classes; default: ${DEFAULT-VALUE}")
  private int top;

  @Parameters(arity = "1..*", paramLabel = "FILE|FOLDER",
      description = "images (.jpg, .jpeg, .png) or, for recipes of events, recordings (.aedat, .npz, .bin); or folders, whose "
          + "files of that kind are taken in the order of their names")
  private List<Path> paths;

  @Override
  public Integer call() throws IOException {
    if (top < 1) {
      throw new IllegalArgumentException("--top must be at least 1, got " + top);
    }
    Recipe recipe = weights.recipe();
    List<Path> files = files(recipe.input() instanceof EventRecipe ? RECORDINGS : IMAGES);
    List<String> names = classNames();
    QKFormer model = weights.load(recipe, names.size());
    try (Engine engine = Engine.create(recipe.run().threads().orElse(Runtime.getRuntime().availableProcessors()))) {
      Looking looking = looking(recipe, model, engine);
      int unread = 0;
      for (Path file : files) {
        unread += predict(file, looking, names) ? 0 : 1;
      }
      return unread == 0 ? 0 : 1;
    }
  }

  /** From a file to the likeliest classes. */
  private interface Looking {
    List<Predictor.Prediction> at(Path file) throws IOException;
  }

  private Looking looking(Recipe recipe, QKFormer model, Engine engine) {
    if (recipe.input() instanceof EventRecipe events) {
      ClipPredictor predictor = new ClipPredictor(model.forInference(), engine);
      return file -> predictor.predict(events.read(file, recipe.data().dataset(), recipe.model().timeSteps()), top);
    }
    Predictor predictor =
        new Predictor(model.forInference(), ((ImageRecipe) recipe.input()).evaluation(), engine);
    ImageDecoder decoder = new ImageDecoder(recipe.data().decodeLimit());
    return file -> predictor.predict(decoder.decode(Files.readAllBytes(file), file.toString()), top);
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

  private List<Path> files(List<String> suffixes) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        try (Stream<Path> found = Files.walk(path)) {
          files.addAll(found.filter(file -> isOf(suffixes, file)).sorted().toList());
        }
      } else if (Files.exists(path)) {
        files.add(path);
      } else {
        throw new NoSuchFileException(path.toString(), null, "there is no such file or folder");
      }
    }
    if (files.isEmpty()) {
      throw new NoSuchFileException(paths.toString(), null, "expected " + (suffixes == IMAGES ? "images" : "recordings")
          + " (" + String.join(", ", suffixes) + "), found none");
    }
    return files;
  }

  private static boolean isOf(List<String> suffixes, Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return suffixes.stream().anyMatch(name::endsWith) && Files.isRegularFile(file);
  }

  /** Returns whether the file could be read. */
  private boolean predict(Path file, Looking looking, List<String> names) {
    List<Predictor.Prediction> predictions;
    try {
      predictions = looking.at(file);
    } catch (IOException e) {
      spec.commandLine().getErr().println("error: " + e.getMessage());
      return false;
    }
    StringBuilder line = new StringBuilder(file.toString());
    for (Predictor.Prediction prediction : predictions) {
      line.append(String.format(Locale.ROOT, "\t%s\t%.4f", names.get(prediction.label()), prediction.probability()));
    }
    spec.commandLine().getOut().println(line);
    return true;
  }
}
