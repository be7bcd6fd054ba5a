package io.qkformer.train.event.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.data.Batch;
import io.qkformer.train.data.DataLoader;
import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.data.LoadProgress;
import io.qkformer.train.data.Order;
import io.qkformer.train.data.Sample;
import io.qkformer.train.data.ShapesDataset;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.augment.DropEvents;
import io.qkformer.train.event.dataset.CachedFrames;
import io.qkformer.train.event.dataset.EventDataset;
import io.qkformer.train.event.dataset.FrameDataset;
import io.qkformer.train.event.frame.FramesByNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets over the simulator: what they have of the images, how often they simulate, and their cache. */
class SimulatedDatasetsTest {
  private static final EventCamera CAMERA = new EventCamera(new SensorSize(48, 48), PixelModel.V2E, 1);
  private static final ShapesDataset SHAPES = new ShapesDataset(Split.TRAIN, 13, 1);

  @TempDir
  Path folder;

  private FrameDataset frames(Dataset images, ImageMotion motion, EventCamera camera) throws IOException {
    return new FrameDataset(SimulatedDvsDataset.of(images, motion, camera, folder), new FramesByNumber(10));
  }

  /** Counts how often an image is read; may fail. */
  private record Counted(AtomicInteger reads, int failAt) implements Dataset {
    @Override
    public String name() {
      return "counted";
    }

    @Override
    public int size() {
      return SHAPES.size();
    }

    @Override
    public List<String> classNames() {
      return SHAPES.classNames();
    }

    @Override
    public Sample get(int index) throws IOException {
      if (reads.incrementAndGet() > size() && index == failAt) {
        throw new IOException("no. " + index + " cannot be read");
      }
      return SHAPES.get(index);
    }
  }

  @Test
  void recordingsHaveTheLabelsOfTheImages() throws IOException {
    EventDataset events = SimulatedDvsDataset.of(SHAPES, ImageMotion.CIFAR10_DVS, CAMERA, folder);

    assertThat(events.size()).isEqualTo(13);
    assertThat(events.classNames()).isEqualTo(SHAPES.classNames());
    assertThat(events.name()).isEqualTo("simulated DVS of shapes train");
    for (int i = 0; i < 13; i++) {
      assertThat(events.samples().get(i).label()).isEqualTo(SHAPES.get(i).label());
      assertThat(events.samples().get(i).id()).isEqualTo(SHAPES.get(i).id());
    }
    assertThat(events.samples().get(2).events().readAll()).isEqualTo(CAMERA.record(
        new MovingImage(SHAPES.get(2).image(), ImageMotion.CIFAR10_DVS, CAMERA.size()), 2));
  }

  @Test
  void aClipNeedsOneSimulation() throws IOException {
    AtomicInteger reads = new AtomicInteger();
    FrameDataset frames = frames(new Counted(reads, -1), ImageMotion.CIFAR10_DVS, CAMERA);
    assertThat(reads).hasValue(13);

    assertThat(frames.get(4).clip().toString()).isEqualTo("Clip[T=10, H=48, W=48, C=2]");
    assertThat(reads).hasValue(14);
    assertThat(frames.augmented(new DropEvents(0.5), 1, 0).get(4).clip()).isNotEqualTo(frames.get(4).clip());
    assertThat(reads).hasValue(16);
  }

  @Test
  void theCacheIsTheSameForAnyNumberOfThreads() throws IOException {
    FrameDataset frames = frames(SHAPES, ImageMotion.CIFAR10_DVS, CAMERA);
    List<byte[]> files = new ArrayList<>();
    for (int threads : new int[] {1, 3}) {
      List<Integer> progress = new ArrayList<>();
      try (CachedFrames cached = CachedFrames.open(frames, threads, (done, all) -> progress.add(done))) {
        assertThat(cached.get(7)).isEqualTo(frames.get(7));
        assertThat(cached.get(12)).isEqualTo(frames.get(12));
      }
      assertThat(progress).hasSize(14).isSorted().endsWith(13);
      files.add(Files.readAllBytes(CachedFrames.file(frames)));
      Files.delete(CachedFrames.file(frames));
    }
    assertThat(files.get(1)).isEqualTo(files.get(0));
    assertThatThrownBy(() -> CachedFrames.open(frames, 0, LoadProgress.silent()))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("threads: expected at least 1, got 0");
  }

  @Test
  void aCacheThatCannotBeFinishedIsNotThere() throws IOException {
    FrameDataset frames = frames(new Counted(new AtomicInteger(), 5), ImageMotion.CIFAR10_DVS, CAMERA);

    assertThatThrownBy(() -> CachedFrames.open(frames, 2, LoadProgress.silent())).isInstanceOf(IOException.class)
        .hasMessageContaining("no. 5 cannot be read");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whateverChangesTheEventsChangesTheNameOfTheCache() throws IOException {
    List<String> keys = new ArrayList<>();
    keys.add(frames(SHAPES, ImageMotion.CIFAR10_DVS, CAMERA).key());
    keys.add(frames(new ShapesDataset(Split.TRAIN, 13, 2), ImageMotion.CIFAR10_DVS, CAMERA).key());
    keys.add(frames(SHAPES, new ImageMotion(RclsPath.CIFAR10_DVS, Resampling.BILINEAR), CAMERA).key());
    keys.add(frames(SHAPES, new ImageMotion(new RclsPath(5, 0.02, 200_000, 5), Resampling.BICUBIC), CAMERA).key());
    keys.add(frames(SHAPES, ImageMotion.CIFAR10_DVS, new EventCamera(CAMERA.size(), PixelModel.V2E, 2)).key());
    keys.add(frames(SHAPES, ImageMotion.CIFAR10_DVS, new EventCamera(CAMERA.size(), PixelModel.IDEAL, 1)).key());
    keys.add(frames(SHAPES, ImageMotion.CIFAR10_DVS,
        new EventCamera(new SensorSize(32, 32), PixelModel.V2E, 1)).key());

    assertThat(keys).doesNotHaveDuplicates();
    assertThat(frames(SHAPES, ImageMotion.CIFAR10_DVS, CAMERA).key()).isEqualTo(keys.get(0));
  }

  @Test
  void theLoaderServesSimulatedClips() throws IOException {
    FrameDataset frames = frames(SHAPES, ImageMotion.CIFAR10_DVS, CAMERA);
    DataLoader loader = DataLoader.builder(frames).batchSize(4).shuffle(Order.SEQUENTIAL).threads(2).build();
    try (Epoch epoch = loader.epoch(0); Batch batch = epoch.next()) {
      assertThat(batch.images().shape()).containsExactly(10, 4, 48, 48, 2);
      assertThat(batch.images().getFloat(3, 2, 20, 21, 1)).isEqualTo(frames.get(2).clip().value(3, 20, 21, 1));
    }
    assertThat(frames.fingerprint()).isEqualTo(frames(SHAPES, ImageMotion.CIFAR10_DVS, CAMERA).fingerprint());
  }
}
