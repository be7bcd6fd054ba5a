package io.qkformer.train.data;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a split lies in a tree of images.
 *
 * @param folder its folder, ended by '/', such as {@code train/} or, below a single top folder,
 *     {@code cifar10/test/}
 * @param classNames the folders in it, in the order of the labels
 * @param trainingClassNames those of the training split, of none if there is no such split
 */
record SplitLayout(String folder, List<String> classNames, List<String> trainingClassNames) {
  private static final Logger LOG = LoggerFactory.getLogger(SplitLayout.class);
  private static final int SHOWN = 10;

  /** Copies the lists. */
  SplitLayout {
    classNames = List.copyOf(classNames);
    trainingClassNames = List.copyOf(trainingClassNames);
  }

  /**
   * Looks for a split.
   *
   * @throws DatasetException if there is none, or it has no folders
   */
  static SplitLayout find(ImageSource source, Split split) throws IOException {
    String around = "";
    List<String> found = source.folders(around);
    if (found.size() == 1 && !isSplit(found.get(0))) {
      around = found.get(0) + "/";
      found = source.folders(around);
    }
    List<String> present = split.folders().stream().filter(found::contains).toList();
    if (present.isEmpty()) {
      throw missing(source, split, found.isEmpty() ? "no folders in it (an empty data set)" : listed(around, found));
    }
    String folder = around + present.get(0) + "/";
    if (present.size() > 1) {
      LOG.info("{} has the folders {}: taking {}", source.describe(around), present, folder);
    }
    List<String> classNames = source.folders(folder);
    if (classNames.isEmpty()) {
      throw missing(source, split, "no folder in " + folder);
    }
    boolean isTraining = split == Split.TRAIN;
    List<String> training = isTraining ? classNames
        : found.contains(Split.TRAIN.folder()) ? source.folders(around + Split.TRAIN.folder() + "/") : List.of();
    return new SplitLayout(folder, classNames, training);
  }

  private static boolean isSplit(String folder) {
    return Split.TRAIN.folders().contains(folder) || Split.TEST.folders().contains(folder);
  }

  private static DatasetException missing(ImageSource source, Split split, String got) {
    return new DatasetException(source.describe("") + ": expected images in "
        + split.folders().stream().map(name -> name + "/<class>/").collect(Collectors.joining(" or "))
        + ", got " + got);
  }

  private static String listed(String around, List<String> folders) {
    return "only " + folders.stream().limit(SHOWN).map(name -> around + name + "/").collect(Collectors.joining(", "))
        + (folders.size() > SHOWN ? " and " + (folders.size() - SHOWN) + " more folders" : "");
  }
}
