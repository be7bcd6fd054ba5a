package io.qkformer.examples;

import io.qkformer.train.data.Clip;
import io.qkformer.train.data.ClipDataset;
import io.qkformer.train.data.ClipSample;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.picture.ClipPictures;
import io.qkformer.train.event.picture.PictureStyle;
import io.qkformer.train.recipe.EventRecipe;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.report.ConsoleProgress;
import io.qkformer.train.run.RecipeSamples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws the frames of a recording, or of a sample of a recipe's data set. */
@Command(name = "picture", mixinStandardHelpOptions = true,
    customSynopsis = "qkformer picture [--recipe=NAME|FILE] [--KEY=VALUE]... [--split=SPLIT] [--index=N] [RECORDING] --out=FILE",
    description = "Draws the frames of a clip of an event camera, ON events red and OFF events blue: all side by side (.png) "
        + "or as an animation (.gif). Of a recording (.aedat, .npz, .bin), or of a sample of the recipe's data set; without "
        + "a recipe, of the simulated gestures. img_size is the side of the sensor, time_step the number of frames.")
final class PictureCommand implements Callable<Integer> {

  private static final String DEFAULT_RECIPE = "gestures-simulated";
  private static final String PNG = ".png";
  private static final String GIF = ".gif";
  /** Of a frame in the picture, about. */
  private static final int SIDE = 128;

  @Spec
  private CommandSpec spec;

  @Mixin
  private RecipeOptions options;

  @Option(names = "--split", defaultValue = "TEST", paramLabel = "SPLIT",
      description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  private Split split;

  @Option(names = "--index", defaultValue = "0", paramLabel = "N",
      description = "which sample of the data set, from 0; default: ${DEFAULT-VALUE}")
  private int index;

  @Option(names = "--zoom", paramLabel = "N", description = "pixels of the picture for one of the sensor; default: such as make "
      + "frames of about 128 pixels")
  private Integer zoom;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "a file that ends in .png or .gif")
  private Path out;

  @Parameters(arity = "0..1", paramLabel = "RECORDING", description = "a file of events, instead of a data set's sample")
  private Path recording;

  @Override
  public Integer call() throws IOException {
    String name = out.getFileName().toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(PNG) && !name.endsWith(GIF)) {
      throw new IllegalArgumentException("--out: expected a file that ends in " + PNG + " or " + GIF + ", got " + out);
    }
    Recipe recipe = options.recipeOr(DEFAULT_RECIPE);
    if (!(recipe.input() instanceof EventRecipe events)) {
      throw new RecipeException("dataset: expected one of events, got " + recipe.data().dataset().id());
    }
    ClipSample sample = recording == null ? sample(recipe)
        : new ClipSample(recording.toString(), 0, events.read(recording, recipe.data().dataset(), recipe.model().timeSteps()));
    Clip clip = sample.clip();
    PictureStyle style = PictureStyle.DEFAULT.withScale(zoom != null ? zoom : Math.max(1, SIDE / clip.width()));
    if (name.endsWith(PNG)) {
      ClipPictures.writeSheet(out, clip, style);
    } else {
      ClipPictures.writeAnimation(out, clip, style);
    }
    spec.commandLine().getOut().printf("%s: %s -> %s%n", sample.id(), clip, out);
    return 0;
  }

  private ClipSample sample(Recipe recipe) throws IOException {
    int threads = recipe.run().threads().orElse(Runtime.getRuntime().availableProcessors());
    try (RecipeSamples samples = RecipeSamples.open(recipe, split, threads, ConsoleProgress.on(System.err))) {
      ClipDataset clips = (ClipDataset) samples.source();
      if (index < 0 || index >= clips.size()) {
        throw new IllegalArgumentException("--index: expected 0 to " + (clips.size() - 1) + ", got " + index);
      }
      ClipSample sample = clips.get(index);
      return new ClipSample(sample.id() + " (" + clips.classNames().get(sample.label()) + ")", sample.label(), sample.clip());
    }
  }
}
