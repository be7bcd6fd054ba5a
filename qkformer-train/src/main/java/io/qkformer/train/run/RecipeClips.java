package io.qkformer.train.run;

import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.dataset.CachedFrames;
import io.qkformer.train.event.dataset.Cifar10DvsDataset;
import io.qkformer.train.event.dataset.ClassSplit;
import io.qkformer.train.event.dataset.DvsGestureDataset;
import io.qkformer.train.event.dataset.EventDataset;
import io.qkformer.train.event.dataset.EventFolderDataset;
import io.qkformer.train.event.dataset.FrameDataset;
import io.qkformer.train.event.dataset.FramesInMemory;
import io.qkformer.train.event.dataset.NMnistDataset;
import io.qkformer.train.event.frame.FrameRule;
import io.qkformer.train.event.simulate.EventCamera;
import io.qkformer.train.event.simulate.GestureConfig;
import io.qkformer.train.event.simulate.ImageMotion;
import io.qkformer.train.event.simulate.PixelModel;
import io.qkformer.train.event.simulate.SimulatedDvsDataset;
import io.qkformer.train.event.simulate.SimulatedGestures;
import io.qkformer.train.recipe.DataRecipe;
import io.qkformer.train.recipe.EventRecipe;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.report.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The clips that a recipe asks for: T frames of each recording. Frames of recordings and of simulated images are kept in a
 * file ({@link CachedFrames}), those of drawn gestures in memory unless the recipe names a folder for them.
 */
final class RecipeClips {

  /** Of each class, where there is no split: as in the reference for CIFAR10-DVS. */
  private static final double TRAIN_SHARE = 0.9;
  /** DVS128 and its data sets. */
  private static final int SENSOR_SIDE = 128;

  private final DataRecipe data;
  private final EventRecipe events;
  private final FrameRule rule;
  private final Split split;
  private final int threads;
  private final Progress progress;

  private RecipeClips(Recipe recipe, EventRecipe events, Split split, int threads, Progress progress) {
    this.data = recipe.data();
    this.events = events;
    this.rule = events.frames(recipe.model().timeSteps());
    this.split = split;
    this.threads = threads;
    this.progress = progress;
  }

  static RecipeSamples open(Recipe recipe, EventRecipe events, Split split, int threads, Progress progress)
      throws IOException {
    return new RecipeClips(recipe, events, split, threads, progress).open();
  }

  private RecipeSamples open() throws IOException {
    return switch (data.dataset()) {
      case GESTURES_SIMULATED -> gestures();
      case CIFAR10_DVS_SIMULATED -> simulatedImages();
      case CIFAR10_DVS -> recordings(Cifar10DvsDataset.open(root(), split, division(), events.files().reading()));
      case DVS128_GESTURE -> recordings(DvsGestureDataset.open(root(), split, events.files().reading(),
          events.files().order()));
      case N_MNIST -> recordings(centred(NMnistDataset.open(root(), split, events.files().reading())));
      case EVENT_FOLDER -> recordings(folder(picture()));
      default -> throw new IllegalStateException("no data set of events: " + data.dataset());
    };
  }

  private Path root() {
    return data.requireDirectory();
  }

  private SensorSize picture() {
    return new SensorSize(events.size(), events.size());
  }

  /** In the middle of the network's picture, whose side is a multiple of what the network shrinks it by. */
  private EventDataset centred(EventDataset recordings) {
    int side = recordings.sensor().width();
    if (events.size() < side) {
      throw new RecipeException("img_size: expected at least " + side + ", the side of the sensor of "
          + recordings.name() + ", such as 48, got " + events.size());
    }
    return recordings.centredOn(picture());
  }

  private ClassSplit division() {
    return new ClassSplit(TRAIN_SHARE, events.files().division(), data.seed());
  }

  private EventDataset folder(SensorSize sensor) throws IOException {
    EventRecipe.Files files = events.files();
    return EventFolderDataset.isSplit(root())
        ? EventFolderDataset.open(root(), split, files.order(), files.reading(), sensor)
        : EventFolderDataset.open(root(), split, division(), files.order(), files.reading(), sensor);
  }

  private EventCamera camera() {
    return new EventCamera(picture(), PixelModel.V2E, data.seed());
  }

  private RecipeSamples gestures() throws IOException {
    int size = split == Split.TRAIN ? data.trainSize() : data.testSize();
    EventDataset drawn = subset(SimulatedGestures.of(split, size, GestureConfig.DEFAULT, camera(), data.seed(),
        data.framesDirectory().orElse(Path.of(""))));
    FrameDataset frames = new FrameDataset(drawn, rule);
    if (data.framesDirectory().isPresent()) {
      return cached(frames);
    }
    try (Progress.Task task = progress.start("simulate " + drawn.name(), drawn.size(), frames.unit())) {
      return RecipeSamples.of(FramesInMemory.load(frames, threads, (done, all) -> task.advance(1)), () -> { });
    }
  }

  /** The images are read again only where frames are to be made. */
  private RecipeSamples simulatedImages() throws IOException {
    Path beside = Files.isDirectory(root()) ? root() : root().toAbsolutePath().getParent();
    try (RecipeData images = RecipeData.simulated(data, split, threads, progress)) {
      Dataset pictures = images.dataset();
      int classes = data.dataset().classes().orElseThrow();
      if (pictures.classes() != classes) {
        throw new RecipeException("data_dir: expected images of the " + classes + " classes of CIFAR-10, got "
            + pictures.classes() + " classes in " + root());
      }
      EventDataset simulated = SimulatedDvsDataset.of(pictures, ImageMotion.CIFAR10_DVS, camera(),
          data.framesDirectory().orElse(beside));
      return cached(new FrameDataset(simulated, rule));
    }
  }

  private RecipeSamples recordings(EventDataset recordings) throws IOException {
    if (!recordings.sensor().equals(picture())) {
      throw new RecipeException("img_size: expected " + SENSOR_SIDE + ", the side of the sensor of " + recordings.name()
          + ", got " + events.size());
    }
    EventDataset some = subset(recordings);
    Path home = data.framesDirectory().orElse(some.root());
    return cached(new FrameDataset(new EventDataset(some.name(), some.key(), home, some.sensor(), some.classNames(),
        some.samples()), rule));
  }

  private EventDataset subset(EventDataset all) {
    OptionalInt count = split == Split.TRAIN ? data.trainSubset() : data.testSubset();
    return count.isPresent() ? all.evenSubset(count.getAsInt()) : all;
  }

  private RecipeSamples cached(FrameDataset frames) throws IOException {
    Files.createDirectories(CachedFrames.file(frames).toAbsolutePath().getParent());
    try (Progress.Task task = progress.start("frames of " + frames.name(), frames.size(), frames.unit())) {
      AtomicLong told = new AtomicLong();
      CachedFrames clips = CachedFrames.open(frames, threads, (done, all) -> task.advance(done - told.getAndSet(done)));
      return RecipeSamples.of(clips, clips);
    }
  }
}
