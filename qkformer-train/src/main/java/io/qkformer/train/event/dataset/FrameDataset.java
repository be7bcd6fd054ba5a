package io.qkformer.train.event.dataset;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Clip;
import io.qkformer.train.data.ClipDataset;
import io.qkformer.train.data.ClipSample;
import io.qkformer.train.data.DatasetException;
import io.qkformer.train.event.EventSource;
import io.qkformer.train.event.augment.EventAugmentation;
import io.qkformer.train.event.frame.FrameIntegrator;
import io.qkformer.train.event.frame.FrameRule;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** Clips {@code [T, H, W, C = 2]} of recordings; the frames are made whenever a sample is read. */
public final class FrameDataset implements ClipDataset {
  private static final String PURPOSE = "augment events";

  /** Changes the events of one sample. */
  @FunctionalInterface
  private interface Change {
    EventSource apply(EventSource events, int index) throws IOException;
  }

  private final EventDataset events;
  private final FrameRule rule;
  private final Change change;

  private FrameDataset(EventDataset events, FrameRule rule, Change change) {
    this.events = Objects.requireNonNull(events, "events");
    this.rule = Objects.requireNonNull(rule, "rule");
    this.change = change;
  }

  /** Clips of all samples of a data set. */
  public FrameDataset(EventDataset events, FrameRule rule) {
    this(events, rule, (source, index) -> source.rereadable());
  }

  /**
   * Returns the clips of one epoch, whose events are changed before frames are made of them. Each recording must fit
   * into memory. A pure function of (seed, epoch, sample).
   */
  public FrameDataset augmented(EventAugmentation augmentation, long seed, int epoch) {
    return new FrameDataset(events, rule, (source, index) -> augmentation.apply(source.readAll(), events.sensor(),
        RandomStream.of(seed, PURPOSE, epoch, index)));
  }

  /** Returns the recordings. */
  public EventDataset events() {
    return events;
  }

  /** Returns the parameters of these clips as a part of file names: rule, sensor, split, reading, order. */
  public String key() {
    return "frames_" + rule.key() + "_" + events.sensor() + "_" + events.key();
  }

  @Override
  public String name() {
    return events.name();
  }

  @Override
  public int size() {
    return events.size();
  }

  @Override
  public List<String> classNames() {
    return events.classNames();
  }

  /**
   * Makes the frames of a sample.
   *
   * @throws DatasetException if its file is damaged, or frames cannot be made of its events
   */
  @Override
  public ClipSample get(int index) throws IOException {
    EventSample sample = events.samples().get(Objects.checkIndex(index, size()));
    try {
      Clip clip = FrameIntegrator.integrate(change.apply(sample.events(), index), events.sensor(), rule);
      return new ClipSample(sample.id(), sample.label(), clip);
    } catch (DatasetException e) {
      throw new DatasetException(sample.id() + ": " + e.getMessage(), e);
    }
  }
}
