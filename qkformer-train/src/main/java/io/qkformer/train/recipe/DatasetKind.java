package io.qkformer.train.recipe;

import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.dataset.Download;
import java.util.Optional;
import java.util.OptionalInt;

/** The data sets that recipes know: what a recipe calls {@code dataset}. */
public enum DatasetKind {
  /** Pictures of shapes that the program draws; nothing is read. */
  SHAPES("shapes", OptionalInt.of(10), Content.IMAGES),
  /** CIFAR-10, binary version. */
  CIFAR10("cifar10", OptionalInt.of(10), Content.IMAGES),
  /** CIFAR-100, binary version, fine labels. */
  CIFAR100("cifar100", OptionalInt.of(100), Content.IMAGES),
  /** Image files in a folder for each class, in a directory or zip file: ImageNet and everybody's own. */
  FOLDER("folder", OptionalInt.empty(), Content.IMAGES),
  /** CIFAR10-DVS, integrated to frames. */
  CIFAR10_DVS("cifar10-dvs", OptionalInt.of(10), Content.EVENTS),
  /** DVS128 Gesture, integrated to frames. */
  DVS128_GESTURE("dvs128-gesture", OptionalInt.of(11), Content.EVENTS),
  /** N-MNIST, integrated to frames; its 34 x 34 pixels lie in the middle of them. */
  N_MNIST("n-mnist", OptionalInt.of(10), Content.EVENTS),
  /** Files of an event camera in a folder for each class, below {@code train} and {@code test} or without a split. */
  EVENT_FOLDER("event-folder", OptionalInt.empty(), Content.EVENTS),
  /** Moving shapes before a simulated event camera; nothing is read. */
  GESTURES_SIMULATED("gestures-simulated", OptionalInt.of(8), Content.EVENTS),
  /** The images of CIFAR-10, from a folder or zip file of them, moved before a simulated event camera. */
  CIFAR10_DVS_SIMULATED("cifar10-dvs-simulated", OptionalInt.of(10), Content.EVENTS);

  /** What samples are. */
  public enum Content {
    /** Pictures of three channels, the same at all T steps. */
    IMAGES(3),
    /** T frames of two channels. */
    EVENTS(2);

    private final int channels;

    Content(int channels) {
      this.channels = channels;
    }

    /** Channels of the network's input. */
    public int channels() {
      return channels;
    }
  }

  private final String id;
  private final OptionalInt classes;
  private final Content content;

  DatasetKind(String id, OptionalInt classes, Content content) {
    this.id = id;
    this.classes = classes;
    this.content = content;
  }

  /** The name in recipes and of run folders. */
  public String id() {
    return id;
  }

  /** The number of classes where it is known before the data is opened. */
  public OptionalInt classes() {
    return classes;
  }

  /** Whether the program draws the samples itself, so that no files are needed. */
  public boolean isDrawn() {
    return this == SHAPES || this == GESTURES_SIMULATED;
  }

  /** Whether the files may lie in a zip file. */
  public boolean mayBeZipped() {
    return this == FOLDER || this == CIFAR10_DVS_SIMULATED;
  }

  /** Where its recordings come from; nothing for what is drawn, images, and one's own files. */
  public Optional<Download> download() {
    return switch (this) {
      case CIFAR10_DVS -> Optional.of(Download.CIFAR10_DVS);
      case DVS128_GESTURE -> Optional.of(Download.DVS_GESTURE);
      case N_MNIST -> Optional.of(Download.N_MNIST);
      default -> Optional.empty();
    };
  }

  /**
   * The camera of its recordings, which lie in the middle of the network's picture.
   *
   * @param picture the network's; other data sets must have recordings of this size
   */
  public SensorSize camera(SensorSize picture) {
    return this == N_MNIST ? SensorSize.N_MNIST : picture;
  }

  /** What samples are. */
  public Content content() {
    return content;
  }
}
