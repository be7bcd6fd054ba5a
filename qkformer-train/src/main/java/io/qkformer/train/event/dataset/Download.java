package io.qkformer.train.event.dataset;

import io.qkformer.train.data.DatasetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the files of a data set come from; nothing is downloaded here.
 *
 * @param dataset its name
 * @param page the project's page
 * @param files what to download there
 * @param layout what the folder is to hold
 */
public record Download(String dataset, String page, String files, String layout) {
  /** DVS128 Gesture. */
  public static final Download DVS_GESTURE = new Download("DVS128 Gesture",
      "https://research.ibm.com/interactive/dvsgesture/",
      "DvsGesture.tar.gz (md5 8a5c71fb11e24e5ca5b11866ca6c00a1)",
      "DvsGesture.tar.gz, or what is in it: the folder DvsGesture with trials_to_train.txt");
  /** CIFAR10-DVS. */
  public static final Download CIFAR10_DVS = new Download("CIFAR10-DVS",
      "https://figshare.com/articles/dataset/CIFAR10-DVS_New/4724671",
      "the ten archives airplane.zip to truck.zip",
      "them, or what is in them: the folders airplane to truck with .aedat files");
  /** N-MNIST. */
  public static final Download N_MNIST = new Download("N-MNIST",
      "https://www.garrickorchard.com/datasets/n-mnist",
      "Train.zip and Test.zip",
      "them, or what is in them: the folders Train and Test with a folder for each digit");

  /** Requires a folder, which its archive is unpacked into if need be. */
  void provide(Path root, String folder, String archive) throws IOException {
    if (Files.isDirectory(root.resolve(folder))) {
      return;
    }
    if (!Files.isRegularFile(root.resolve(archive))) {
      throw missing(root, "the folder " + folder + " or the archive " + archive);
    }
    Archives.unpack(root.resolve(archive), root.resolve(folder), ArchiveLimits.DEFAULT);
  }

  /** Says what is missing and how to get it. */
  private DatasetException missing(Path root, String what) {
    return new DatasetException(root + ": expected " + what + ", found nothing there. " + instructions(root.toString()));
  }

  /**
   * Returns a sentence that says what to download, from where, and where to put it.
   *
   * @param folder what the folder is called, such as its path
   */
  public String instructions(String folder) {
    return "Download " + files + " of " + dataset + " from " + page + " and put into " + folder + " " + layout;
  }
}
