package io.qkformer.train.data;

import io.qkformer.checkpoint.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists the folders of a split, or takes the list that was kept the last time. */
final class IndexStore {
  private static final Logger LOG = LoggerFactory.getLogger(IndexStore.class);
  private static final int MIN_FILES = 10_000;
  /** The coarsest clock of a file system is FAT's: a change this soon after the listing may not show. */
  private static final Duration CLOCK = Duration.ofSeconds(2);
  private static final int KEY_DIGITS = 16;
  private static final double MILLIS = 1e3;

  private final IndexCache cache;
  private final int minFiles;

  IndexStore(IndexCache cache) {
    this(cache, MIN_FILES);
  }

  IndexStore(IndexCache cache, int minFiles) {
    this.cache = cache;
    this.minFiles = minFiles;
  }

  /** Returns the images of the classes' folders in a split's folder. */
  ImageIndex index(Path split, List<String> classes) throws IOException {
    if (cache.folder().isEmpty()) {
      return scan(split, classes).index();
    }
    String realPath = split.toRealPath().toString();
    Path beside = split.resolveSibling(".qkformer-index-" + split.getFileName());
    Path elsewhere = cache.folder().get().resolve(
        "index-" + new Fingerprint().text(realPath).hex().substring(0, KEY_DIGITS));
    for (Path file : List.of(beside, elsewhere)) {
      Optional<IndexFile> kept = kept(file);
      if (kept.isEmpty()) {
        continue;
      }
      Optional<String> change = kept.get().changeSince(split, realPath, classes);
      if (change.isEmpty()) {
        LOG.debug("took the list of {} images in {} from {}", kept.get().index().size(), split, file);
        return kept.get().index();
      }
      LOG.info("the list {} is out of date, {}: listing {} anew", file, change.get(), split);
    }
    Instant start = Instant.now();
    IndexFile made = scan(split, classes);
    LOG.info("listed {} images of {} classes in {} in {} s", made.index().size(), classes.size(), split,
        Duration.between(start, Instant.now()).toMillis() / MILLIS);
    if (made.index().size() >= minFiles) {
      keep(made, start, beside, elsewhere);
    }
    return made.index();
  }

  private static IndexFile scan(Path split, List<String> classes) throws IOException {
    List<FolderScan> scans = FolderScan.all(split, classes);
    return new IndexFile(split.toRealPath().toString(),
        scans.stream().flatMap(scan -> scan.folders().stream()).toList(),
        ImageIndex.of(classes, scans.stream().map(FolderScan::files).toList()));
  }

  private static Optional<IndexFile> kept(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(IndexFile.read(file));
    } catch (IOException | RuntimeException e) {
      // whatever is wrong with it, it can be made again
      LOG.warn("the list {} cannot be used and is made anew: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  private static void keep(IndexFile made, Instant start, Path beside, Path elsewhere) {
    Optional<FolderStamp> fresh = made.folders().stream()
        .filter(folder -> folder.modified().isAfter(start.minus(CLOCK))).findFirst();
    if (fresh.isPresent()) {
      LOG.info("the list of {} is not kept: folder {} was changed just now, at {}", made.split(), fresh.get().folder(),
          fresh.get().modified());
      return;
    }
    try {
      AtomicFile.write(beside, made::write);
      LOG.info("kept the list of {} in {}", made.split(), beside);
    } catch (IOException e) {
      LOG.debug("{}", e.getMessage());
      keepElsewhere(made, elsewhere);
    }
  }

  private static void keepElsewhere(IndexFile made, Path elsewhere) {
    try {
      Files.createDirectories(elsewhere.getParent());
      AtomicFile.write(elsewhere, made::write);
      LOG.info("kept the list of {} in {}", made.split(), elsewhere);
    } catch (IOException e) {
      LOG.warn("the list of {} can be kept neither next to it nor in the cache folder, so it is made each time: {}",
          made.split(), e.getMessage());
    }
  }
}
