package io.qkformer.train.recipe;

import io.qkformer.train.data.Clip;
import io.qkformer.train.event.CentredEvents;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.dataset.ClassOrder;
import io.qkformer.train.event.dataset.ClassSplit;
import io.qkformer.train.event.format.EventFile;
import io.qkformer.train.event.format.Reading;
import io.qkformer.train.event.frame.FrameIntegrator;
import io.qkformer.train.event.frame.FrameRule;
import io.qkformer.train.event.frame.FramesByNumber;
import io.qkformer.train.event.frame.FramesByTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What happens to a recording of an event camera: it is integrated to T frames of counts, which are not normalised.
 *
 * @param size    height and width of a frame
 * @param splitBy how events are dealt out to frames
 * @param files   how the files of a data set are read
 * @param hflip   probability of mirroring a training sample, all its frames alike
 * @param policy  what else is done to training samples
 */
public record EventRecipe(int size, FrameSplit splitBy, Files files, double hflip, Policy policy) implements InputRecipe {

  /**
   * How the files of a data set are read, where published results leave a format's rules or have a choice.
   *
   * @param reading  of the events in a file
   * @param order    of the classes of DVS128 Gesture and of folders
   * @param division of CIFAR10-DVS and of folders without a split, whose classes are divided nine to one: by name, or
   *                 at random by the data's seed
   */
  public record Files(Reading reading, ClassOrder order, ClassSplit.Choice division) {

    /** As published results read them, but classes by number. */
    public static final Files DEFAULT = new Files(Reading.SPIKINGJELLY, ClassOrder.BY_NUMBER, ClassSplit.Choice.FIRST);

    /** Checks that nothing is null. */
    public Files {
      Objects.requireNonNull(reading, "eventReading");
      Objects.requireNonNull(order, "classOrder");
      Objects.requireNonNull(division, "classSplit");
    }
  }

  /** SpikingJelly's {@code split_by}. */
  public enum FrameSplit {
    /** The same number of events for each frame: the reference. */
    NUMBER,
    /** The same time for each frame. */
    TIME
  }

  /** The augmentation that a recipe calls {@code aa}. */
  public enum Policy {
    /** Nothing. */
    NONE,
    /** One of shear, translation, rotation and cutout, or nothing, for all frames alike: the reference's. */
    SNN_AUGMENT_WIDE
  }

  /** Checks each value. */
  public EventRecipe {
    Checks.atLeast("imgSize", 1, size);
    Objects.requireNonNull(splitBy, "splitBy");
    Objects.requireNonNull(files, "files");
    Objects.requireNonNull(policy, "policy");
    Checks.that(hflip >= 0 && hflip <= 1, "hflip must be from 0 to 1, got " + hflip);
  }

  /** How recordings become frames, as many as the network has time steps. */
  public FrameRule frames(int timeSteps) {
    return switch (splitBy) {
      case NUMBER -> new FramesByNumber(timeSteps);
      case TIME -> new FramesByTime(timeSteps);
    };
  }

  /**
   * The clip of a file of events, whose format its name and first line tell.
   *
   * @param dataset which camera the file is of
   * @throws io.qkformer.train.data.DatasetException when frames cannot be made of its events
   * @throws IOException when it cannot be read or is damaged, naming the file
   */
  public Clip read(Path file, DatasetKind dataset, int timeSteps) throws IOException {
    SensorSize picture = new SensorSize(size, size);
    SensorSize camera = dataset.camera(picture);
    return FrameIntegrator.integrate(
        new CentredEvents(EventFile.detect(file, files.reading(), camera), camera, picture), picture, frames(timeSteps));
  }
}
