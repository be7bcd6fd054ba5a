package io.qkformer.train.data;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether the list of a large image folder is kept for the next time, and where. It lies next to the split's folder
 * ({@code .qkformer-index-train}) or, where that cannot be written to, in a folder of the caller's. It is used again
 * while the class folders are the same and none was changed since (their modification times); otherwise, or if it is
 * damaged, the folders are listed anew. Only lists of 10,000 files and more are kept: shorter ones are made in no
 * time. Files that are replaced by others of the same name need no new list.
 *
 * @param folder for the lists of data that cannot be written to, made when needed; if empty no list is kept or used
 */
public record IndexCache(Optional<Path> folder) {
  /** Checks the field. */
  public IndexCache {
    Objects.requireNonNull(folder, "folder");
  }

  /** Keeps lists next to the data, or in {@code ~/.cache/qkformer}. */
  public static IndexCache standard() {
    return in(Path.of(System.getProperty("user.home"), ".cache", "qkformer"));
  }

  /** Keeps lists next to the data, or in this folder. */
  public static IndexCache in(Path folder) {
    return new IndexCache(Optional.of(folder));
  }

  /** Lists the folders each time. */
  public static IndexCache none() {
    return new IndexCache(Optional.empty());
  }
}
