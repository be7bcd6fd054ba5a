package io.qkformer.train.event.dataset;

/**
 * What an archive may hold, so that a hostile one cannot fill the disk.
 *
 * @param entries most entries, at least 1: files, folders, and in tar files also links, devices and records of long
 *     names, which are left out
 * @param bytes most bytes of all files together, at least 1
 */
public record ArchiveLimits(long entries, long bytes) {
  /** Enough for the data sets that are known here: a million entries, 64 GB. */
  public static final ArchiveLimits DEFAULT = new ArchiveLimits(1_000_000, 64L << 30);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public ArchiveLimits {
    if (entries < 1 || bytes < 1) {
      throw new IllegalArgumentException("archive limits: expected at least 1 entry and 1 byte, got " + entries
          + " and " + bytes);
    }
  }
}
