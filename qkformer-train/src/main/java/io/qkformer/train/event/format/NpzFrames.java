package io.qkformer.train.event.format;

import io.qkformer.checkpoint.AtomicFile;
import io.qkformer.train.data.Clip;
import io.qkformer.train.event.EventFileException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** SpikingJelly's archives of frames: one array {@code frames}, {@code [T, C, H, W]} with channels first. */
public final class NpzFrames {
  /** The most values of a clip that is read without being asked for more: 2^26, 256 MB. */
  public static final int DEFAULT_LIMIT = 1 << 26;

  private static final String NAME = "frames";
  private static final int AXES = 4;

  private NpzFrames() { }

  /**
   * Reads a clip of at most {@link #DEFAULT_LIMIT} values.
   *
   * @throws EventFileException if the file is damaged, has no such array or too large a one, or a value that is not
   *     finite
   * @throws IOException if it cannot be read
   */
  public static Clip read(Path file) throws IOException {
    return read(file, DEFAULT_LIMIT);
  }

  /**
   * As {@link #read(Path)}.
   *
   * @param limit the most values
   */
  public static Clip read(Path file, int limit) throws IOException {
    try (NpzArchive archive = NpzArchive.open(file)) {
      return read(archive, NAME, limit);
    }
  }

  static Clip read(NpzArchive archive, String name, int limit) throws IOException {
    try (NpyInput array = archive.array(name)) {
      long[] shape = array.header().shape();
      if (shape.length != AXES || array.elements() < 1 || array.elements() > limit) {
        throw EventFileException.in(array.name(), "expected an array [T, C, H, W] of 1 to " + limit
            + " values, got shape " + array.shapeText());
      }
      int frames = (int) shape[0];
      int channels = (int) shape[1];
      int height = (int) shape[2];
      int width = (int) shape[3];
      float[] values = new float[(int) array.elements()];
      int[] strides = strides(array.header());
      int[] at = new int[AXES];
      for (int i = 0; i < values.length; i++) {
        values[at[0] * strides[0] + at[1] * strides[1] + at[2] * strides[2] + at[3] * strides[3]] =
            (float) array.nextFloating();
        advance(at, array.header());
      }
      array.requireEnd();
      return Clip.wrap(frames, height, width, channels, values);
    }
  }

  /** How far apart in {@code [T, H, W, C]} neighbours along each axis of {@code [T, C, H, W]} are. */
  private static int[] strides(NpyHeader header) {
    int channels = (int) header.shape()[1];
    int height = (int) header.shape()[2];
    int width = (int) header.shape()[3];
    return new int[] {height * width * channels, 1, width * channels, channels};
  }

  private static void advance(int[] at, NpyHeader header) {
    for (int i = 0; i < AXES; i++) {
      int axis = header.columnsFirst() ? i : AXES - 1 - i;
      if (++at[axis] < header.shape()[axis]) {
        return;
      }
      at[axis] = 0;
    }
  }

  /**
   * Writes a clip; an old file is replaced when the new one is complete.
   *
   * @param type of the elements; a whole type only for whole values in its range
   * @throws IllegalArgumentException if a value does not fit into the type
   * @throws IOException if the file cannot be written
   */
  public static void write(Path target, Clip clip, NpyType type, NpzCompression compression) throws IOException {
    if (type.isWhole()) {
      requireWhole(clip, type);
    }
    AtomicFile.write(target, out -> {
      try (NpzOutput npz = new NpzOutput(out, compression)) {
        npz.add(NAME, type, content -> writeFrames(content, clip, type), clip.frames(), clip.channels(),
            clip.height(), clip.width());
      }
    });
  }

  /** Adds a clip in the smallest type. */
  static void add(NpzOutput npz, String name, Clip clip) throws IOException {
    NpyType type = smallestType(clip);
    npz.add(name, type, content -> writeFrames(content, clip, type), clip.frames(), clip.channels(), clip.height(),
        clip.width());
  }

  /** Returns the smallest of uint8, uint16 and float32 that holds all values of a clip. */
  public static NpyType smallestType(Clip clip) {
    float greatest = 0;
    for (float value : clip.values()) {
      if (!(value >= 0) || value != (float) Math.rint(value)) {
        return NpyType.FLOAT32;
      }
      greatest = Math.max(greatest, value);
    }
    if (greatest <= NpyType.UINT8.greatest()) {
      return NpyType.UINT8;
    }
    return greatest <= NpyType.UINT16.greatest() ? NpyType.UINT16 : NpyType.FLOAT32;
  }

  private static void requireWhole(Clip clip, NpyType type) {
    // not as floats, among which the greatest int32 is 2^31
    for (double value : clip.values()) {
      if (!(value >= type.least() && value <= type.greatest()) || value != Math.rint(value)) {
        throw new IllegalArgumentException(clip + " cannot be written as " + type + ": expected whole values from "
            + type.least() + " to " + type.greatest() + ", got " + value);
      }
    }
  }

  private static void writeFrames(OutputStream out, Clip clip, NpyType type) throws IOException {
    int channels = clip.channels();
    int pixels = clip.height() * clip.width();
    ByteBuffer plane = ByteBuffer.allocate(Math.multiplyExact(pixels, type.bytes())).order(type.order());
    for (int t = 0; t < clip.frames(); t++) {
      for (int c = 0; c < channels; c++) {
        plane.clear();
        for (int i = 0; i < pixels; i++) {
          type.writeFloating(plane, clip.values()[(t * pixels + i) * channels + c]);
        }
        out.write(plane.array());
      }
    }
  }
}
