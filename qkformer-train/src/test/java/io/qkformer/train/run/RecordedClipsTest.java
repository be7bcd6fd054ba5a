package io.qkformer.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.data.Clip;
import io.qkformer.train.data.ClipDataset;
import io.qkformer.train.data.ClipSample;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.EventLists;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.dataset.DvsGestureDataset;
import io.qkformer.train.event.format.EventFile;
import io.qkformer.train.event.format.EventFormat;
import io.qkformer.train.event.format.Reading;
import io.qkformer.train.event.frame.FrameIntegrator;
import io.qkformer.train.event.frame.FramesByNumber;
import io.qkformer.train.recipe.EventRecipe;
import io.qkformer.train.recipe.Recipe;
import io.qkformer.train.recipe.RecipeException;
import io.qkformer.train.recipe.Recipes;
import io.qkformer.train.report.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings in the layouts of their data sets, opened by recipes. */
class RecordedClipsTest {

  /** How long each gesture of a recording takes, in microseconds. */
  private static final int GESTURE = 2000;

  @TempDir
  private Path folder;

  private static List<ClipSample> open(Recipe recipe, Split split, List<String> classNames) throws IOException {
    try (RecipeSamples samples = RecipeSamples.open(recipe, split, 2, Progress.silent())) {
      ClipDataset clips = (ClipDataset) samples.source();
      classNames.addAll(clips.classNames());
      List<ClipSample> all = new ArrayList<>();
      for (int i = 0; i < clips.size(); i++) {
        all.add(clips.get(i));
      }
      return all;
    }
  }

  /** A recording that shows the eleven gestures one after the other, from the last to the first. */
  private Events record(Path home, String trial, int seed) throws IOException {
    Events events = EventLists.random(4000, SensorSize.DVS128, 14, seed);
    new EventFile(home.resolve(trial + ".aedat"), EventFormat.AEDAT_3_1, Reading.FORMAT).write(events);
    StringBuilder table = new StringBuilder("class,startTime_usec,endTime_usec\n");
    for (int i = 0; i < 11; i++) {
      table.append(String.format("%d,%d,%d%n", 11 - i, (i + 1) * GESTURE, (i + 2) * GESTURE));
    }
    Files.writeString(home.resolve(trial + "_labels.csv"), table);
    return events;
  }

  @Test
  void gesturesAreCutFromTheirTrialsAndFramed() throws IOException {
    Path home = Files.createDirectories(folder.resolve("DvsGesture"));
    record(home, "user01_fluorescent", 1);
    record(home, "user02_led", 2);
    Events tested = record(home, "user24_lab", 3);
    Files.writeString(home.resolve("trials_to_train.txt"), "user01_fluorescent.aedat\nuser02_led.aedat\n");
    Files.writeString(home.resolve("trials_to_test.txt"), "user24_lab.aedat\n");
    List<String> keys = List.of("time_step=10", "data_dir=" + folder, "frames_dir=" + folder.resolve("frames"));

    List<String> names = new ArrayList<>();
    List<ClipSample> test = open(Recipes.builtin("dvs128-gesture", keys), Split.TEST, names);
    assertThat(names).isEqualTo(DvsGestureDataset.GESTURES);
    assertThat(test).extracting(ClipSample::label).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    assertThat(test).extracting(ClipSample::id).startsWith("test/0/user24_lab_0.npz");
    for (ClipSample sample : test) {
      int start = (11 - sample.label()) * GESTURE;
      Clip expected = FrameIntegrator.integrate(tested.between(start, start + GESTURE), SensorSize.DVS128,
          new FramesByNumber(10));
      assertThat(sample.clip()).isEqualTo(expected);
    }
    List<ClipSample> train = open(Recipes.builtin("dvs128-gesture", keys), Split.TRAIN, new ArrayList<>());
    assertThat(train).hasSize(22).extracting(ClipSample::label).isSorted();
    assertThat(train).extracting(ClipSample::id)
        .startsWith("train/0/user01_fluorescent_0.npz", "train/0/user02_led_0.npz");

    List<String> reference = new ArrayList<>(keys);
    reference.add("class_order=reference");
    names.clear();
    List<ClipSample> ordered = open(Recipes.builtin("dvs128-gesture", reference), Split.TEST, names);
    assertThat(names.get(2)).isEqualTo(DvsGestureDataset.GESTURES.get(10));
    assertThat(ordered.get(2).clip()).isEqualTo(test.get(10).clip());
  }

  /** As N-Caltech101: classes in folders, no split. */
  @Test
  void foldersWithoutASplitAreDividedAsTheRecipeSays() throws IOException {
    for (String name : List.of("accordion", "airplanes")) {
      Path of = Files.createDirectories(folder.resolve(name));
      for (int i = 0; i < 10; i++) {
        new EventFile(of.resolve("image_000" + i + ".bin"), EventFormat.N_MNIST, Reading.FORMAT)
            .write(EventLists.random(50, SensorSize.N_MNIST, 20, i));
      }
    }
    Recipe first = folders("class_split=first");
    assertThat(open(first, Split.TRAIN, new ArrayList<>())).hasSize(18);
    List<String> names = new ArrayList<>();
    List<ClipSample> test = open(first, Split.TEST, names);
    assertThat(test).extracting(ClipSample::id).containsExactly("accordion/image_0009.bin", "airplanes/image_0009.bin");
    assertThat(names).containsExactly("accordion", "airplanes");
    assertThat(test.get(0).clip().toString()).isEqualTo("Clip[T=3, H=48, W=48, C=2]");
    assertThat(open(folders("class_split=random"), Split.TEST, names)).hasSize(2)
        .extracting(ClipSample::id).isNotEqualTo(test.stream().map(ClipSample::id).toList());
  }

  private Recipe folders(String division) {
    return Recipes.builtin("gestures-simulated", List.of("dataset=event-folder", "img_size=48", "time_step=3",
        "data_dir=" + folder, division));
  }

  @Test
  void digitsLieInTheMiddleOfTheNetworksPicture() throws IOException {
    Events[] recorded = new Events[10];
    for (String split : List.of("Train", "Test")) {
      for (int digit = 0; digit < 10; digit++) {
        Path of = Files.createDirectories(folder.resolve(split).resolve(Integer.toString(digit)));
        recorded[digit] = EventLists.random(300, SensorSize.N_MNIST, 20, digit);
        new EventFile(of.resolve("00001.bin"), EventFormat.N_MNIST, Reading.FORMAT).write(recorded[digit]);
      }
    }
    Recipe recipe = digits("img_size=48");
    List<ClipSample> test = open(recipe, Split.TEST, new ArrayList<>());
    assertThat(test).extracting(ClipSample::label).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    for (ClipSample sample : test) {
      Clip small = FrameIntegrator.integrate(recorded[sample.label()], SensorSize.N_MNIST, new FramesByNumber(3));
      assertThat(sample.clip().toString()).isEqualTo("Clip[T=3, H=48, W=48, C=2]");
      assertThat(sum(sample.clip())).isEqualTo(300);
      for (int at = 0; at < 34; at++) {
        assertThat(sample.clip().value(1, at + 7, 40 - at, 1)).isEqualTo(small.value(1, at, 33 - at, 1));
      }
    }
    EventRecipe events = (EventRecipe) recipe.input();
    assertThat(events.read(folder.resolve("Test/4/00001.bin"), recipe.data().dataset(), 3))
        .as("a single file, as for a prediction").isEqualTo(test.get(4).clip());
    assertThat(events.hflip()).isZero();
    assertThat(SmallRuns.train(recipe, folder.resolve("run")).outcome()).isEqualTo(RunResult.Outcome.FINISHED);
    assertThatThrownBy(() -> open(digits("img_size=32"), Split.TEST, new ArrayList<>()))
        .isInstanceOf(RecipeException.class).hasMessageContainingAll("img_size: expected at least 34", "48", "got 32");
  }

  private static float sum(Clip clip) {
    float sum = 0;
    for (float value : clip.values()) {
      sum += value;
    }
    return sum;
  }

  private Recipe digits(String size) {
    return Recipes.builtin("gestures-simulated", List.of("dataset=n-mnist", size, "time_step=3", "dim=16", "num_heads=4",
        "batch_size=5", "epochs=1", "warmup_epochs=0", "threads=1", "data_dir=" + folder));
  }
}
