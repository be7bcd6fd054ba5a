package io.qkformer.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A folder as it was when it was listed. Files that come, go or are renamed change the folder's time.
 *
 * @param folder relative to the split's folder
 * @param modified when it was changed last
 */
record FolderStamp(String folder, Instant modified) {
  /** Returns whether the folder is there and was not changed since. */
  boolean isCurrent(Path split) {
    try {
      return Files.getLastModifiedTime(split.resolve(folder)).toInstant().equals(modified);
    } catch (IOException e) {
      return false;
    }
  }
}
