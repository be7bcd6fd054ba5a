package io.qkformer.train.event.format;

import io.qkformer.checkpoint.AtomicFile;
import io.qkformer.train.data.Clip;
import io.qkformer.train.event.EventFileException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Many clips in one file: a zip file of NumPy arrays {@code [T, C, H, W]} named 0, 1, 2, ..., and a line of text for
 * each. Any number of threads may read.
 */
public final class ClipArchive implements Closeable {
  private static final String ENTRIES = "entries.txt";

  private final NpzArchive archive;
  private final List<String> entries;

  private ClipArchive(NpzArchive archive, List<String> entries) {
    this.archive = archive;
    this.entries = entries;
  }

  /** Gives the clips that are written. */
  @FunctionalInterface
  public interface Clips {
    /** Returns a clip; asked once for each, in order. */
    Clip get(int index) throws IOException;
  }

  /**
   * Writes an archive; the file is complete or absent.
   *
   * @param entries a line for each clip
   * @throws IllegalArgumentException if a line has a line break
   * @throws IOException if a clip cannot be had or the file cannot be written
   */
  public static void write(Path target, List<String> entries, Clips clips) throws IOException {
    for (String entry : entries) {
      if (entry.indexOf('\n') >= 0) {
        throw new IllegalArgumentException("expected an entry of one line, got \"" + entry + '"');
      }
    }
    AtomicFile.write(target, out -> {
      try (NpzOutput npz = new NpzOutput(out, NpzCompression.DEFLATED)) {
        npz.addText(ENTRIES, String.join("\n", entries));
        for (int i = 0; i < entries.size(); i++) {
          NpzFrames.add(npz, Integer.toString(i), clips.get(i));
        }
      }
    });
  }

  /**
   * Opens an archive; it stays open until it is closed.
   *
   * @throws EventFileException if it is no such file or damaged
   * @throws IOException if it cannot be read
   */
  public static ClipArchive open(Path file) throws IOException {
    NpzArchive archive = NpzArchive.open(file);
    try {
      String text = new String(archive.text(ENTRIES), StandardCharsets.UTF_8);
      return new ClipArchive(archive, text.isEmpty() ? List.of() : List.of(text.split("\n", -1)));
    } catch (IOException | RuntimeException e) {
      archive.close();
      throw e;
    }
  }

  /** Returns the lines, one for each clip. */
  public List<String> entries() {
    return entries;
  }

  /**
   * Returns a checksum of a clip, without reading it.
   *
   * @throws EventFileException if the file lacks it
   */
  public long checksum(int index) throws EventFileException {
    return archive.checksum(Integer.toString(index));
  }

  /**
   * Reads a clip.
   *
   * @throws EventFileException if it is damaged
   * @throws IOException if the file cannot be read
   */
  public Clip read(int index) throws IOException {
    return NpzFrames.read(archive, Integer.toString(index), NpzFrames.DEFAULT_LIMIT);
  }

  @Override
  public void close() throws IOException {
    archive.close();
  }
}
