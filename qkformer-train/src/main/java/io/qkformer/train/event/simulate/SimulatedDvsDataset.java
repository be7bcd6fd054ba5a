package io.qkformer.train.event.simulate;

import io.qkformer.train.data.Dataset;
import io.qkformer.train.data.Fingerprint;
import io.qkformer.train.data.Sample;
import io.qkformer.train.event.dataset.EventDataset;
import io.qkformer.train.event.dataset.EventSample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Recordings of a data set's images, moved before a simulated camera: of CIFAR-10 something like CIFAR10-DVS. Each
 * recording is simulated whenever it is read; {@link io.qkformer.train.event.dataset.CachedFrames} keeps the frames.
 *
 * <pre>{@code
 * EventCamera camera = new EventCamera(new SensorSize(64, 64), PixelModel.V2E, 1);
 * EventDataset events = SimulatedDvsDataset.of(cifar10, ImageMotion.CIFAR10_DVS, camera, folder);
 * FrameDataset frames = new FrameDataset(events, new FramesByNumber(10));
 * }</pre>
 */
public final class SimulatedDvsDataset {
  /** Digits of a key: enough to tell any two configurations apart that somebody tries. */
  static final int KEY_DIGITS = 16;

  private SimulatedDvsDataset() { }

  /**
   * Returns recordings with the ids and labels of the images, all of which are read once for these and for a checksum in
   * the name of the cache.
   *
   * @param images must stay open; read again whenever a recording is simulated
   * @param root where a cache of frames would be kept
   * @throws IOException if an image cannot be read
   */
  public static EventDataset of(Dataset images, ImageMotion motion, EventCamera camera, Path root)
      throws IOException {
    Fingerprint fingerprint = new Fingerprint().text(motion.toString()).text(camera.model().toString())
        .number(camera.seed());
    images.classNames().forEach(fingerprint::text);
    List<EventSample> samples = new ArrayList<>(images.size());
    for (int i = 0; i < images.size(); i++) {
      int index = i;
      Sample sample = images.get(i);
      fingerprint.text(sample.id()).number(sample.label()).number(sample.image().height())
          .bytes(sample.image().bytes());
      samples.add(new EventSample(sample.id(), sample.label(), new SimulatedEvents(camera, i,
          () -> new MovingImage(images.get(index).image(), motion, camera.size()))));
    }
    return new EventDataset("simulated DVS of " + images.name(),
        "simulated_" + fingerprint.hex().substring(0, KEY_DIGITS), root, camera.size(), images.classNames(), samples);
  }
}
