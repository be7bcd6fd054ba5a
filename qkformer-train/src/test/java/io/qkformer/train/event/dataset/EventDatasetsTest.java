package io.qkformer.train.event.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.data.DatasetException;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.EventLists;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.augment.DropEvents;
import io.qkformer.train.event.format.EventFile;
import io.qkformer.train.event.format.EventFormat;
import io.qkformer.train.event.format.Reading;
import io.qkformer.train.event.frame.FramesByNumber;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventDatasetsTest {

  private static final SensorSize SMALL = new SensorSize(8, 6);

  @TempDir
  private Path root;

  private static Events write(Path file, EventFormat format, SensorSize sensor, int seed) throws IOException {
    Files.createDirectories(file.getParent());
    Events events = EventLists.random(50, sensor, 20, seed);
    new EventFile(file, format, Reading.FORMAT).write(events);
    return events;
  }

  private void writeCifar(int perClass) throws IOException {
    for (String name : Cifar10DvsDataset.CLASSES) {
      for (int i = 0; i < perClass; i++) {
        write(root.resolve(name).resolve("cifar10_" + name + "_" + i + ".aedat"), EventFormat.AEDAT_2_0,
            SensorSize.DVS128, i);
      }
    }
  }

  @Test
  void cifar10DvsIsDividedByTheReferencesRule() throws IOException {
    writeCifar(12);
    EventDataset test = Cifar10DvsDataset.open(root, Split.TEST, ClassSplit.REFERENCE, Reading.SPIKINGJELLY);
    EventDataset train = Cifar10DvsDataset.open(root, Split.TRAIN, ClassSplit.REFERENCE, Reading.SPIKINGJELLY);
    assertThat(test.samples()).hasSize(10).extracting(EventSample::id)
        .startsWith("airplane/cifar10_airplane_9.aedat", "automobile/cifar10_automobile_9.aedat");
    assertThat(train.samples()).hasSize(110).extracting(EventSample::label).isSorted();
    Events format = Cifar10DvsDataset.open(root, Split.TEST, ClassSplit.REFERENCE, Reading.FORMAT).samples().get(3)
        .events().readAll();
    assertThat(test.samples().get(3).events().readAll().x(0)).isEqualTo(127 - format.y(0));
  }

  @Test
  void randomDivisionsAreStratifiedAndDependOnTheSeed() {
    ClassSplit division = ClassSplit.random(0.7, 5);
    int[] train = division.indices(2, 100, Split.TRAIN);
    int[] test = division.indices(2, 100, Split.TEST);
    assertThat(train).hasSize(70).isSorted().isEqualTo(division.indices(2, 100, Split.TRAIN));
    assertThat(IntStream.concat(IntStream.of(train), IntStream.of(test)).sorted())
        .containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
    assertThat(train).isNotEqualTo(ClassSplit.random(0.7, 6).indices(2, 100, Split.TRAIN))
        .isNotEqualTo(division.indices(3, 100, Split.TRAIN));
    assertThatThrownBy(() -> ClassSplit.random(1.1, 0)).hasMessageContaining("1.1");
  }

  @Test
  void missingDataSetsSayWhereToGetThem() {
    assertThatThrownBy(() -> Cifar10DvsDataset.open(root, Split.TRAIN, ClassSplit.REFERENCE, Reading.FORMAT))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(root.toString(), "airplane.zip", "https://figshare.com/");
    assertThatThrownBy(() -> DvsGestureDataset.open(root, Split.TRAIN, Reading.FORMAT, ClassOrder.BY_NUMBER))
        .isInstanceOf(DatasetException.class).hasMessageContainingAll("DvsGesture.tar.gz", "https://research.ibm.com/");
    assertThatThrownBy(() -> NMnistDataset.open(root, Split.TEST, Reading.FORMAT))
        .isInstanceOf(DatasetException.class).hasMessageContainingAll("Test.zip", "https://www.garrickorchard.com/");
  }

  @Test
  void nMnistIsUnpackedAndRead() throws IOException {
    Path outside = root.resolve("made");
    Events events = write(outside.resolve("Test/7/00001.bin"), EventFormat.N_MNIST, SensorSize.N_MNIST, 1);
    write(outside.resolve("Test/10/00002.bin"), EventFormat.N_MNIST, SensorSize.N_MNIST, 2);
    try (OutputStream out = Files.newOutputStream(root.resolve("Test.zip"));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : List.of("Test/7/00001.bin", "Test/10/00002.bin")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(Files.readAllBytes(outside.resolve(name)));
      }
    }
    EventDataset test = NMnistDataset.open(root, Split.TEST, Reading.FORMAT);
    assertThat(test.classNames()).containsExactly("7", "10");
    assertThat(test.samples().get(0).events().readAll()).isEqualTo(events);
    assertThat(NMnistDataset.open(root, Split.TEST, Reading.FORMAT).size()).isEqualTo(2);
  }

  private Events writeGestures() throws IOException {
    Events events = EventLists.random(400, SensorSize.DVS128, 100, 8);
    new EventFile(root.resolve("user01_led.aedat"), EventFormat.AEDAT_3_1, Reading.FORMAT).write(events);
    Files.writeString(root.resolve("trials_to_train.txt"), "user01_led.aedat\r\n\r\n");
    Files.writeString(root.resolve("trials_to_test.txt"), "user01_led.aedat\n");
    Files.writeString(root.resolve("user01_led_labels.csv"), "class,startTime_usec,endTime_usec\n11,0,5000\n"
        + "3,5000,9000\n3,9000,9000\n1,9500,12000\n");
    return events;
  }

  @Test
  void gesturesAreCutFromTheirRecordings() throws IOException {
    Events events = writeGestures();
    EventDataset byNumber = DvsGestureDataset.open(root, Split.TRAIN, Reading.FORMAT, ClassOrder.BY_NUMBER);
    assertThat(byNumber.samples()).extracting(EventSample::id).containsExactly("train/0/user01_led_0.npz",
        "train/2/user01_led_0.npz", "train/2/user01_led_1.npz", "train/10/user01_led_0.npz");
    assertThat(byNumber.samples()).extracting(EventSample::label).containsExactly(0, 2, 2, 10);
    assertThat(byNumber.samples().get(1).events().readAll()).isEqualTo(events.between(5000, 9000));
    assertThat(byNumber.samples().get(2).events().readAll()).isEqualTo(Events.NONE);
    EventDataset reference = DvsGestureDataset.open(root, Split.TRAIN, Reading.FORMAT, ClassOrder.REFERENCE);
    assertThat(reference.samples()).extracting(EventSample::label).containsExactly(0, 2, 3, 3);
    assertThat(reference.classNames()).startsWith("hand_clapping", "right_hand_wave", "other_gestures");
  }

  @Test
  void convertedGesturesAreAFolderOfEventFiles() throws IOException {
    Events events = writeGestures();
    Path target = root.resolve("events_np");
    DvsGestureDataset.convert(root, target, Split.TEST, Reading.FORMAT);
    DvsGestureDataset.convert(root, target, Split.TEST, Reading.FORMAT);
    EventDataset converted = EventFolderDataset.open(target, Split.TEST, ClassOrder.REFERENCE, Reading.FORMAT,
        SensorSize.DVS128);
    assertThat(converted.classNames()).containsExactly("0", "10", "2");
    assertThat(converted.samples().get(1).events().readAll()).isEqualTo(events.between(0, 5000));
  }

  @Test
  void damagedTablesAreRefusedByLine() throws IOException {
    writeGestures();
    Path table = root.resolve("user01_led_labels.csv");
    for (String row : List.of("12,0,5", "0,0,5", "1,0", "1,a,5", "1,0,5,6", "1,-1,5")) {
      Files.writeString(table, "class,startTime_usec,endTime_usec\n" + row + "\n");
      assertThatThrownBy(() -> DvsGestureDataset.samples(root, Split.TRAIN)).as(row)
          .isInstanceOf(DatasetException.class).hasMessageContaining("labels.csv, line 2");
    }
    Files.writeString(table, "1,0,5\n");
    assertThatThrownBy(() -> DvsGestureDataset.samples(root, Split.TRAIN)).hasMessageContaining("line 1");
    Files.writeString(root.resolve("trials_to_train.txt"), "../x.aedat\n");
    assertThatThrownBy(() -> DvsGestureDataset.samples(root, Split.TRAIN)).hasMessageContaining("../x.aedat");
    Files.writeString(root.resolve("trials_to_train.txt"), "absent.aedat\n");
    assertThatThrownBy(() -> DvsGestureDataset.samples(root, Split.TRAIN)).isInstanceOf(DatasetException.class)
        .hasMessageContaining("absent.aedat");
  }

  private FrameDataset folderFrames() throws IOException {
    write(root.resolve("train/b/1.npz"), EventFormat.NPZ, SMALL, 1);
    write(root.resolve("train/a/2.aedat"), EventFormat.AEDAT_3_1, SMALL, 2);
    write(root.resolve("train/a/10.bin"), EventFormat.N_MNIST, SMALL, 3);
    return new FrameDataset(EventFolderDataset.open(root, Split.TRAIN, ClassOrder.BY_NUMBER, Reading.FORMAT, SMALL),
        new FramesByNumber(4));
  }

  @Test
  void framesAreKeptInOneFileThatIsCompleteOrAbsent() throws IOException {
    FrameDataset frames = folderFrames();
    assertThat(frames.events().samples()).extracting(EventSample::id)
        .containsExactly("train/a/10.bin", "train/a/2.aedat", "train/b/1.npz");
    Path file = CachedFrames.file(frames);
    assertThat(file.getFileName()).hasToString("frames_number_4_8x6_train_by_number_format.npz");
    try (CachedFrames cached = CachedFrames.open(frames, (done, all) -> { })) {
      for (int i = 0; i < 3; i++) {
        assertThat(cached.get(i)).isEqualTo(frames.get(i));
      }
    }
    Files.delete(root.resolve("train/b/1.npz"));
    try (CachedFrames cached = CachedFrames.open(frames, (done, all) -> { })) {
      assertThat(cached.get(2).label()).as("read from the cache alone").isEqualTo(1);
    }
    write(root.resolve("train/b/3.npz"), EventFormat.NPZ, SMALL, 1);
    FrameDataset other = new FrameDataset(
        EventFolderDataset.open(root, Split.TRAIN, ClassOrder.BY_NUMBER, Reading.FORMAT, SMALL), new FramesByNumber(4));
    assertThatThrownBy(() -> CachedFrames.open(other, (done, all) -> { })).isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(file.toString(), "delete");
  }

  @Test
  void aCacheThatCannotBeFinishedIsAbsent() throws IOException {
    FrameDataset frames = folderFrames();
    Files.writeString(root.resolve("train/b/1.npz"), "damaged");
    assertThatThrownBy(() -> CachedFrames.open(frames, (done, all) -> { })).isInstanceOf(IOException.class)
        .hasMessageContaining("train/b/1.npz");
    try (Stream<Path> left = Files.list(root)) {
      assertThat(left).containsExactly(root.resolve("train"));
    }
  }

  @Test
  void augmentedEventsDependOnSeedAndEpoch() throws IOException {
    FrameDataset frames = folderFrames();
    FrameDataset changed = frames.augmented(new DropEvents(0.5), 1, 0);
    assertThat(changed.get(0)).isEqualTo(changed.get(0)).isNotEqualTo(frames.get(0))
        .isNotEqualTo(frames.augmented(new DropEvents(0.5), 1, 1).get(0));
  }

  @Test
  void foldersWithoutASplitAreDividedClassByClass() throws IOException {
    for (String name : List.of("10", "9")) {
      for (int i = 0; i < 10; i++) {
        write(root.resolve(name).resolve("image_000" + i + ".bin"), EventFormat.N_MNIST, SMALL, i);
      }
    }
    assertThat(EventFolderDataset.isSplit(root)).isFalse();
    ClassSplit division = new ClassSplit(0.8, ClassSplit.Choice.FIRST, 0);
    EventDataset train = EventFolderDataset.open(root, Split.TRAIN, division, ClassOrder.BY_NUMBER, Reading.FORMAT, SMALL);
    assertThat(train.classNames()).containsExactly("9", "10");
    assertThat(train.samples()).hasSize(16).extracting(EventSample::label).isSorted();
    EventDataset test = EventFolderDataset.open(root, Split.TEST, division, ClassOrder.REFERENCE, Reading.FORMAT, SMALL);
    assertThat(test.samples()).extracting(EventSample::id).containsExactly("10/image_0008.bin", "10/image_0009.bin",
        "9/image_0008.bin", "9/image_0009.bin");
    assertThat(test.samples().get(1).events().readAll()).isEqualTo(EventLists.random(50, SMALL, 20, 9));
    assertThat(test.key()).isNotEqualTo(EventFolderDataset.open(root, Split.TEST, ClassSplit.random(0.8, 1),
        ClassOrder.REFERENCE, Reading.FORMAT, SMALL).key());
    assertThatThrownBy(() -> EventFolderDataset.open(root, Split.TEST, ClassSplit.random(1, 1), ClassOrder.REFERENCE,
        Reading.FORMAT, SMALL)).isInstanceOf(DatasetException.class).hasMessageContaining("samples of the test split");
  }

  @Test
  void emptyFoldersAreRefused() throws IOException {
    Files.createDirectories(root.resolve("train/a"));
    assertThatThrownBy(() -> EventFolderDataset.open(root, Split.TRAIN, ClassOrder.BY_NUMBER, Reading.FORMAT, SMALL))
        .isInstanceOf(DatasetException.class).hasMessageContaining("train/a");
    assertThatThrownBy(() -> EventFolderDataset.open(root, Split.TEST, ClassOrder.BY_NUMBER, Reading.FORMAT, SMALL))
        .isInstanceOf(DatasetException.class).hasMessageContaining("test");
  }

  @Test
  void classesAreOrderedByNumberOrAsStrings() {
    List<String> names = List.of("b", "10", "9", "a", "1");
    assertThat(ClassOrder.BY_NUMBER.sorted(names)).containsExactly("1", "9", "10", "a", "b");
    assertThat(ClassOrder.REFERENCE.sorted(names)).containsExactly("1", "10", "9", "a", "b");
  }
}
