package io.qkformer.train.event.dataset;

import io.qkformer.train.data.Clip;
import io.qkformer.train.data.ClipDataset;
import io.qkformer.train.data.ClipSample;
import io.qkformer.train.data.LoadProgress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Clips kept in memory, a byte for each value where they hold counts up to 255, so that frames of small or drawn data sets
 * are made once and leave no file.
 */
public final class FramesInMemory implements ClipDataset {
  private static final int GREATEST = 255;

  private final FrameDataset source;
  private final List<Kept> clips = new ArrayList<>();

  /** A clip without its values, and these as bytes; or the clip itself where they do not fit. */
  private record Kept(Clip clip, int frames, int height, int width, int channels, byte[] counts) {
    static Kept of(Clip clip) {
      float[] values = clip.values();
      byte[] counts = new byte[values.length];
      for (int i = 0; i < values.length; i++) {
        counts[i] = (byte) (int) values[i];
        if (Byte.toUnsignedInt(counts[i]) != values[i] || values[i] > GREATEST) {
          return new Kept(clip, 0, 0, 0, 0, null);
        }
      }
      return new Kept(null, clip.frames(), clip.height(), clip.width(), clip.channels(), counts);
    }

    Clip restored() {
      if (clip != null) {
        return clip;
      }
      float[] values = new float[counts.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = Byte.toUnsignedInt(counts[i]);
      }
      return Clip.wrap(frames, height, width, channels, values);
    }
  }

  private FramesInMemory(FrameDataset source) {
    this.source = source;
  }

  /**
   * Makes the frames of all samples.
   *
   * @param threads  that make frames, at least 1; the clips do not depend on their number
   * @param progress told how many of the clips have been made
   * @throws IllegalArgumentException if the number of threads is below 1
   * @throws IOException if a recording cannot be read or no frames can be made of it, naming the sample
   */
  public static FramesInMemory load(FrameDataset source, int threads, LoadProgress progress) throws IOException {
    FramesInMemory loaded = new FramesInMemory(source);
    try (ClipsAhead ahead = new ClipsAhead(source, threads)) {
      for (int i = 0; i < source.size(); i++) {
        loaded.clips.add(Kept.of(ahead.get(i)));
        progress.loaded(i + 1, source.size());
      }
    }
    return loaded;
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public int size() {
    return clips.size();
  }

  @Override
  public List<String> classNames() {
    return source.classNames();
  }

  @Override
  public ClipSample get(int index) {
    EventSample sample = source.events().samples().get(Objects.checkIndex(index, size()));
    return new ClipSample(sample.id(), sample.label(), clips.get(index).restored());
  }
}
