package io.qkformer.train.event.dataset;

import io.qkformer.train.data.DatasetException;
import io.qkformer.train.event.CentredEvents;
import io.qkformer.train.event.SensorSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Labelled recordings by index; {@link FrameDataset} makes clips of them. Immutable; any number of threads may read.
 *
 * @param name for messages and reports, such as {@code DVS128 Gesture train}
 * @param key what tells these samples from others of the same folder, as a part of file names: split, reading, order
 * @param root the folder of the data set
 * @param sensor the camera
 * @param classNames in the order of the labels
 * @param samples in the order of their indices
 */
public record EventDataset(String name, String key, Path root, SensorSize sensor, List<String> classNames,
    List<EventSample> samples) {
  /** Copies the lists. */
  public EventDataset {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(root, "root");
    Objects.requireNonNull(sensor, "sensor");
    classNames = List.copyOf(classNames);
    samples = List.copyOf(samples);
  }

  /** Returns the number of samples. */
  public int size() {
    return samples.size();
  }

  /**
   * Returns some of the samples, spread evenly, in their order: samples {@code floor(i n / count)} of n.
   *
   * @throws IllegalArgumentException if there are not so many
   */
  public EventDataset evenSubset(int count) {
    if (count < 1 || count > size()) {
      throw new IllegalArgumentException("subset of " + name + ": expected 1 to " + size()
          + " samples, as many as there are, got " + count);
    }
    List<EventSample> some = IntStream.range(0, count).mapToObj(i -> samples.get((int) ((long) i * size() / count)))
        .toList();
    return new EventDataset(name, EventFolderDataset.key(key, count + "of" + size()), root, sensor, classNames, some);
  }

  /**
   * Returns these recordings in the middle of a larger picture.
   *
   * @throws IllegalArgumentException if it is smaller than the camera
   */
  public EventDataset centredOn(SensorSize picture) {
    return new EventDataset(name, key, root, picture, classNames, samples.stream().map(sample ->
        new EventSample(sample.id(), sample.label(), new CentredEvents(sample.events(), sensor, picture))).toList());
  }

  /** Returns this data set if it has samples, else says where they were expected. */
  EventDataset requireSamples(String expected) throws DatasetException {
    if (samples.isEmpty()) {
      throw new DatasetException(root + ": expected " + expected + ", found none");
    }
    return this;
  }
}
