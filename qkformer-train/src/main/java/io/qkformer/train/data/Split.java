package io.qkformer.train.data;

import java.util.List;
import java.util.Locale;

/** Which part of a data set is meant: the one to learn from or the one to be judged by. */
public enum Split {
  /** The samples to learn from. */
  TRAIN("train"),
  /** The samples held back to measure accuracy. */
  TEST("test", "val", "validation");

  private final List<String> folders;

  Split(String... folders) {
    this.folders = List.of(folders);
  }

  /** Returns the name as folders and messages write it: {@code train} or {@code test}. */
  public String folder() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the folders in which an {@link ImageFolderDataset} looks for it, the first one that is there: for the
   * test split {@code test}, {@code val}, {@code validation}.
   */
  public List<String> folders() {
    return folders;
  }
}
