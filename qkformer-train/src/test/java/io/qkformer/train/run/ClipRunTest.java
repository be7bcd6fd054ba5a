package io.qkformer.train.run;

import static io.qkformer.train.run.SmallRuns.watched;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.data.Batch;
import io.qkformer.train.data.Clip;
import io.qkformer.train.data.ClipDataset;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.data.ShapesDataset;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.EventSource;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.dataset.Cifar10DvsDataset;
import io.qkformer.train.event.dataset.EventDataset;
import io.qkformer.train.event.format.EventFile;
import io.qkformer.train.event.format.EventFormat;
import io.qkformer.train.event.format.Reading;
import io.qkformer.train.event.simulate.EventCamera;
import io.qkformer.train.event.simulate.GestureConfig;
import io.qkformer.train.event.simulate.PixelModel;
import io.qkformer.train.event.simulate.SimulatedGestures;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.report.EpochMetrics;
import io.qkformer.train.report.Progress;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recipes of event data sets: which clips they open, and that training on them is as exact as on images. */
class ClipRunTest {

  private static final List<String> SMALL = List.of("dim=16", "num_heads=4", "time_step=3", "img_size=16", "train_size=24",
      "test_size=10", "batch_size=8", "epochs=2", "warmup_epochs=0", "threads=1", "seed=5");

  @TempDir
  private Path folder;

  private static Recipe recipe(String... overrides) {
    List<String> all = new ArrayList<>(SMALL);
    all.addAll(List.of(overrides));
    return Recipes.builtin("gestures-simulated", all);
  }

  /** Changes of clips, mixing and an average of the weights. */
  private static Recipe busy() {
    return recipe("aa=snn-augment-wide", "mixup=0.5", "mixup_prob=0.5", "model_ema=true", "model_ema_decay=0.9");
  }

  private static ClipDataset open(Recipe recipe, Split split) throws IOException {
    try (RecipeSamples samples = RecipeSamples.open(recipe, split, 2, Progress.silent())) {
      return (ClipDataset) samples.source();
    }
  }

  private static EventDataset gestures(int size) {
    return SimulatedGestures.of(Split.TRAIN, size, GestureConfig.DEFAULT,
        new EventCamera(new SensorSize(16, 16), PixelModel.V2E, 0), 0, Path.of(""));
  }

  @Test
  void aStoppedRunGoesOnToTheSameBits() throws IOException {
    Path whole = folder.resolve("whole");
    RunResult result = SmallRuns.train(busy(), whole);
    assertThat(result.last().map(EpochMetrics::epoch)).hasValue(1);

    Path run = folder.resolve("run");
    try (TrainingRun stopped = TrainingRun.start(busy(), run, List.of())) {
      assertThat(stopped.train(watched((name, batches) -> {
        if (name.equals("epoch 2/2") && batches == 2) {
          stopped.requestStop();
        }
      })).outcome()).isEqualTo(RunResult.Outcome.STOPPED);
    }
    assertThat(SmallRuns.state(run).progress().steps()).isEqualTo(5);
    SmallRuns.resume(run, "threads=2", "workers=2");
    SmallRuns.assertSame(run, SmallRuns.state(whole), SmallRuns.rows(whole));
    assertThat(run.resolve(RunFiles.WEIGHTS_BEST)).hasSameBinaryContentAs(whole.resolve(RunFiles.WEIGHTS_BEST));
  }

  /** A batch is what its clips are, each of them at its place in time and batch. */
  @Test
  void theNetworkSeesTheFramesInTheirOrder() throws IOException {
    Recipe recipe = recipe("validation_batch_size=10");
    ClipDataset clips = open(recipe, Split.TEST);
    DataLoader loader = new RecipeLoaders(recipe).test(clips);
    try (Epoch epoch = loader.epoch(0); Batch batch = epoch.next()) {
      assertThat(batch.images().shape()).containsExactly(3, 10, 16, 16, 2);
      for (int i = 0; i < 10; i++) {
        Clip clip = clips.get(i).clip();
        assertThat(batch.labels()[i]).isEqualTo(i % 8);
        for (int t = 0; t < 3; t++) {
          for (int at = 0; at < 16; at++) {
            assertThat(batch.images().getFloat(t, i, at, 15 - at, 1)).isEqualTo(clip.value(t, at, 15 - at, 1));
          }
        }
      }
    }
  }

  @Test
  void trainingClipsAreChangedByTheRecipesPolicyAndTestClipsAreNot() throws IOException {
    Recipe plain = recipe();
    ClipDataset clips = open(plain, Split.TRAIN);
    float[] kept = first(new RecipeLoaders(plain).train(clips));
    assertThat(first(new RecipeLoaders(recipe("aa=snn-augment-wide")).train(clips))).isNotEqualTo(kept);
    assertThat(first(new RecipeLoaders(recipe("hflip=1")).train(clips))).isNotEqualTo(kept);
    float[] tested = first(new RecipeLoaders(plain).test(clips));
    assertThat(first(new RecipeLoaders(recipe("aa=snn-augment-wide", "hflip=1")).test(clips))).isEqualTo(tested);
    assertThatThrownBy(() -> new RecipeLoaders(Recipes.builtin("shapes", List.of())).train(clips))
        .isInstanceOf(RecipeException.class).hasMessageContaining("expected events, got shapes");
    assertThatThrownBy(() -> new RecipeLoaders(plain).train(new ShapesDataset(Split.TRAIN, 8, 0)))
        .isInstanceOf(RecipeException.class).hasMessageContaining("expected images, got gestures-simulated");
  }

  private static float[] first(DataLoader loader) {
    try (Epoch epoch = loader.epoch(0); Batch batch = epoch.next()) {
      return batch.images().dup().data().asFloat();
    }
  }

  @Test
  void framesOfDrawnGesturesAreTheSameInMemoryAndInAFile() throws IOException {
    ClipDataset memory = open(recipe(), Split.TEST);
    Recipe filed = recipe("frames_dir=" + folder.resolve("frames"));
    try (RecipeSamples samples = RecipeSamples.open(filed, Split.TEST, 1, Progress.silent())) {
      ClipDataset file = (ClipDataset) samples.source();
      assertThat(file.size()).isEqualTo(memory.size()).isEqualTo(10);
      for (int i = 0; i < file.size(); i++) {
        assertThat(file.get(i)).isEqualTo(memory.get(i));
      }
    }
  }

  @Test
  void imagesBecomeRecordingsWhoseFramesAreKept() throws IOException {
    Path images = pictures(Cifar10DvsDataset.CLASSES);
    String[] keys = {"dataset=cifar10-dvs-simulated", "data_dir=" + images, "train_subset=20", "epochs=1"};
    SmallRuns.train(recipe(keys), folder.resolve("run"));
    List<Path> caches = caches(images);
    assertThat(caches).hasSize(2);
    FileTime made = Files.getLastModifiedTime(caches.get(0));
    String first = fingerprint(recipe(keys));
    SmallRuns.train(recipe(keys), folder.resolve("second"));
    assertThat(caches(images)).isEqualTo(caches);
    assertThat(Files.getLastModifiedTime(caches.get(0))).isEqualTo(made);
    SmallRuns.assertSame(folder.resolve("second"), SmallRuns.state(folder.resolve("run")),
        SmallRuns.rows(folder.resolve("run")));
    keys[2] = "train_subset=10";
    assertThat(open(recipe(keys), Split.TRAIN).size()).isEqualTo(10);
    assertThat(fingerprint(recipe(keys))).isNotEqualTo(first);

    Path few = pictures(List.of("left", "right"));
    assertThatThrownBy(() -> open(recipe("dataset=cifar10-dvs-simulated", "data_dir=" + few), Split.TEST))
        .isInstanceOf(RecipeException.class).hasMessageContaining("expected images of the 10 classes of CIFAR-10, got 2");
  }

  private static String fingerprint(Recipe recipe) throws IOException {
    try (RecipeSamples samples = RecipeSamples.open(recipe, Split.TRAIN, 1, Progress.silent())) {
      return samples.source().fingerprint();
    }
  }

  private static List<Path> caches(Path home) throws IOException {
    try (Stream<Path> files = Files.list(home)) {
      return files.filter(file -> file.toString().endsWith(".npz")).sorted().toList();
    }
  }

  private Path pictures(List<String> classes) throws IOException {
    Path home = folder.resolve("images-" + classes.size());
    for (String split : List.of("train", "test")) {
      for (int label = 0; label < classes.size(); label++) {
        Path of = Files.createDirectories(home.resolve(split).resolve(classes.get(label)));
        for (int i = 0; i < 3; i++) {
          BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
          for (int at = 0; at < 32; at++) {
            image.setRGB(at, (at * (label + 1) + i) % 32, 0xFFFFFF);
          }
          ImageIO.write(image, "png", of.resolve(i + ".png").toFile());
        }
      }
    }
    return home;
  }

  @Test
  void recordingsInFoldersAreTrainedOn() throws IOException {
    EventDataset gestures = gestures(32);
    for (int i = 0; i < gestures.size(); i++) {
      String split = i < 24 ? "train" : "test";
      Path of = Files.createDirectories(folder.resolve("events").resolve(split).resolve("class" + i % 8));
      write(of.resolve(i + ".npz"), EventFormat.NPZ, gestures.samples().get(i).events());
    }
    Recipe recipe = recipe("dataset=event-folder", "data_dir=" + folder.resolve("events"), "epochs=1");
    RunResult result = SmallRuns.train(recipe, folder.resolve("run"));
    assertThat(result.outcome()).isEqualTo(RunResult.Outcome.FINISHED);
    assertThat(result.last().orElseThrow().eval().loss()).isPositive();
    assertThat(open(recipe("dataset=event-folder", "data_dir=" + folder.resolve("events"), "test_subset=4"), Split.TEST).size())
        .isEqualTo(4);
    assertThatThrownBy(() -> recipe("dataset=event-folder", "num_classes=0")).isInstanceOf(RecipeException.class);
  }

  private static void write(Path file, EventFormat format, EventSource events) throws IOException {
    new EventFile(file, format, Reading.FORMAT).write(events);
  }

  /** Eleven files of a class, of which the first ten by name, or any ten, are trained with. */
  @Test
  void theClassesOfCifar10DvsAreDividedAsTheRecipeSays() throws IOException {
    EventSource events = gestures(1).samples().get(0).events();
    for (String name : Cifar10DvsDataset.CLASSES) {
      Path of = Files.createDirectories(folder.resolve("dvs").resolve(name));
      for (int i = 0; i < 11; i++) {
        write(of.resolve("cifar10_" + name + "_" + (10 + i) + ".aedat"), EventFormat.AEDAT_2_0, events);
      }
    }
    String[] keys = {"time_step=2", "data_dir=" + folder.resolve("dvs"), "class_split=first", "frames_dir=" + folder.resolve("f")};
    List<String> first = tested(keys);
    assertThat(first).hasSize(10).allMatch(id -> id.endsWith("_20.aedat"));
    keys[2] = "class_split=random";
    assertThat(tested(keys)).hasSize(10).isNotEqualTo(first);
    assertThatThrownBy(() -> tested(Stream.concat(Arrays.stream(keys), Stream.of("img_size=64")).toArray(String[]::new)))
        .isInstanceOf(RecipeException.class).hasMessageContaining("img_size: expected 128").hasMessageContaining("got 64");
  }

  private static List<String> tested(String... keys) throws IOException {
    try (RecipeSamples samples = RecipeSamples.open(Recipes.builtin("cifar10-dvs", List.of(keys)), Split.TEST, 1,
        Progress.silent())) {
      ClipDataset clips = (ClipDataset) samples.source();
      assertThat(clips.get(0).clip().toString()).isEqualTo("Clip[T=2, H=128, W=128, C=2]");
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < clips.size(); i++) {
        ids.add(clips.get(i).id());
      }
      return ids;
    }
  }

  @Test
  void missingRecordingsAreNamedWithWhereToGetThem() {
    assertThatThrownBy(() -> open(Recipes.builtin("dvs128-gesture", List.of("data_dir=" + folder)), Split.TRAIN))
        .isInstanceOf(IOException.class).hasMessageContaining("DvsGesture.tar.gz").hasMessageContaining("http");
    assertThatThrownBy(() -> Recipes.builtin("shapes", List.of("event_reading=format")))
        .isInstanceOf(RecipeException.class).hasMessageContaining("this is for events");
  }
}
