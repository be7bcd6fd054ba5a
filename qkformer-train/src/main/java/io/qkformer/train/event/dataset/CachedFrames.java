package io.qkformer.train.event.dataset;

import io.qkformer.train.data.ClipDataset;
import io.qkformer.train.data.ClipSample;
import io.qkformer.train.data.DatasetException;
import io.qkformer.train.data.Fingerprint;
import io.qkformer.train.data.LoadProgress;
import io.qkformer.train.event.format.ClipArchive;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Clips kept in one file next to the recordings, {@code <root>/<parameters>.npz}, so that frames are made once and not
 * once an epoch. The file is complete or absent; delete it to have it made anew, for example after the recordings
 * changed. Close it after use.
 */
public final class CachedFrames implements ClipDataset, Closeable {
  private final FrameDataset source;
  private final ClipArchive archive;

  private CachedFrames(FrameDataset source, ClipArchive archive) {
    this.source = source;
    this.archive = archive;
  }

  /**
   * Opens the cache of these clips, which is made first if it is absent.
   *
   * @param progress told how many of the clips have been made
   * @throws DatasetException if the file belongs to other samples or is damaged
   * @throws IOException if recordings cannot be read or no frames can be made of one, or the file cannot be read or
   *     written; the message names the sample or the file
   */
  public static CachedFrames open(FrameDataset source, LoadProgress progress) throws IOException {
    return open(source, 1, progress);
  }

  /**
   * Opens the cache of these clips, which several threads make first if it is absent. The file does not depend on their
   * number.
   *
   * @param threads that make frames, at least 1; this one writes the file meanwhile
   * @throws IllegalArgumentException if the number of threads is below 1
   * @throws IllegalStateException if this thread is interrupted meanwhile
   * @throws IOException as {@link #open(FrameDataset, LoadProgress)}
   */
  public static CachedFrames open(FrameDataset source, int threads, LoadProgress progress) throws IOException {
    Path file = file(source);
    List<String> entries = source.events().samples().stream().map(s -> s.label() + " " + s.id()).toList();
    if (!Files.exists(file)) {
      try (ClipsAhead clips = new ClipsAhead(source, threads)) {
        ClipArchive.write(file, entries, index -> {
          progress.loaded(index, entries.size());
          return clips.get(index);
        });
      }
      progress.loaded(entries.size(), entries.size());
    }
    ClipArchive archive = ClipArchive.open(file);
    if (!archive.entries().equals(entries)) {
      archive.close();
      throw new DatasetException(file + ": expected frames of the " + entries.size() + " samples of " + source.name()
          + ", got those of other ones; delete the file to have it made anew");
    }
    return new CachedFrames(source, archive);
  }

  /** Returns the file of the cache of these clips. */
  public static Path file(FrameDataset source) {
    return source.events().root().resolve(source.key() + ".npz");
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public int size() {
    return source.size();
  }

  @Override
  public List<String> classNames() {
    return source.classNames();
  }

  @Override
  public ClipSample get(int index) throws IOException {
    EventSample sample = source.events().samples().get(Objects.checkIndex(index, size()));
    return new ClipSample(sample.id(), sample.label(), archive.read(index));
  }

  /** Covers class names, ids, labels, the parameters of the frames and the checksums that the file keeps of them. */
  @Override
  public String fingerprint() throws IOException {
    Fingerprint fingerprint = new Fingerprint().text(source.key());
    source.classNames().forEach(fingerprint::text);
    archive.entries().forEach(fingerprint::text);
    for (int i = 0; i < size(); i++) {
      fingerprint.number(archive.checksum(i));
    }
    return fingerprint.hex();
  }

  @Override
  public void close() throws IOException {
    archive.close();
  }
}
