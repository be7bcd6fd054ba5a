package io.qkformer.train.event.simulate;

import io.qkformer.tensor.RandomStream;
import io.qkformer.train.data.Fingerprint;
import io.qkformer.train.data.Split;
import io.qkformer.train.event.dataset.EventDataset;
import io.qkformer.train.event.dataset.EventSample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Recordings of moving shapes, drawn by the program, whose class is the motion: left, right, up, down, clockwise,
 * counter-clockwise, expansion, contraction ({@link Gesture}). Shape, place, angle, size, contrast, brighter or darker,
 * and speed are random and say nothing about the class; motions of all kinds change about as many pixels. A single frame
 * does not tell a motion from its reverse, whatever looks at it: frames of the two are equally distributed but for the
 * camera's own asymmetries. Which pair it is can partly be seen in one frame, since edges along the motion make no
 * events; a linear classifier of pixels does not see it either.
 *
 * <p>Mirroring clips ({@code RandomClipFlip}) exchanges classes and must not be used. A recording is a pure function of
 * (camera, configuration, seed, split, index); the label is {@code index % 8}; a larger data set begins with the
 * recordings of a smaller one.
 */
public final class SimulatedGestures {
  private static final String PURPOSE = "gestures/";
  private static final List<String> CLASS_NAMES = Arrays.stream(Gesture.values()).map(Gesture::title).toList();

  private SimulatedGestures() { }

  /**
   * Returns one split; nothing is simulated yet.
   *
   * @param split the two share no random numbers
   * @param size number of recordings, at least 1
   * @param seed of all that moves; the camera has its own
   * @param root where a cache of frames would be kept
   * @throws IllegalArgumentException if the size is below 1
   */
  public static EventDataset of(Split split, int size, GestureConfig config, EventCamera camera, long seed,
      Path root) {
    Checks.within("size", size, 1, Integer.MAX_VALUE);
    List<EventSample> samples = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      int index = i;
      samples.add(new EventSample(split.folder() + "/" + i, i % CLASS_NAMES.size(),
          new SimulatedEvents(camera, recording(split, i), () -> scene(split, index, config, camera, seed))));
    }
    String key = new Fingerprint().text(config.toString()).text(camera.model().toString()).number(camera.seed())
        .number(seed).hex().substring(0, SimulatedDvsDataset.KEY_DIGITS);
    return new EventDataset("simulated gestures " + split.folder(), split.folder() + "_gestures_" + key, root,
        camera.size(), CLASS_NAMES, samples);
  }

  /** Makes what a recording shows. */
  static GestureScene scene(Split split, int index, GestureConfig config, EventCamera camera, long seed) {
    Gesture[] gestures = Gesture.values();
    return new GestureScene(gestures[index % gestures.length], config, camera.size(),
        RandomStream.of(seed, PURPOSE + split.folder(), index));
  }

  /** Other noise in the test split. */
  private static long recording(Split split, int index) {
    return split == Split.TRAIN ? index : -1L - index;
  }
}
