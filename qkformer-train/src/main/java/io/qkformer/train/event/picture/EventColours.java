package io.qkformer.train.event.picture;

import io.qkformer.train.data.Clip;
import java.awt.image.IndexColorModel;
import java.util.Arrays;

/**
 * Colours of counts of events on white: the more ON events the redder, the more OFF events the bluer, both together
 * violet. The full colour is the count that 99 of 100 pixels with events do not exceed, so that one hot pixel does not
 * make the rest pale. 16 levels of either are a palette of 256 colours.
 */
final class EventColours {
  private static final int CHANNELS = 2;
  private static final int LEVELS = 16;
  private static final int WHITE = 255;
  private static final double FULL_SHARE = 0.99;

  private final Clip clip;
  private final float full;

  EventColours(Clip clip) {
    if (clip.channels() != CHANNELS) {
      throw new IllegalArgumentException("picture of a clip: expected C = 2 (OFF and ON events), got " + clip);
    }
    this.clip = clip;
    this.full = full(clip.values());
  }

  private static float full(float[] values) {
    float[] counts = new float[values.length];
    int events = 0;
    for (float value : values) {
      if (!(value >= 0) || value == Float.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("picture of a clip: expected finite counts of at least 0, got " + value);
      }
      if (value > 0) {
        counts[events++] = value;
      }
    }
    if (events == 0) {
      return 1;
    }
    Arrays.sort(counts, 0, events);
    return counts[(int) (FULL_SHARE * (events - 1))];
  }

  /** The palette: colour {@code 16 * off + on}. */
  static IndexColorModel palette() {
    int size = LEVELS * LEVELS;
    byte[] red = new byte[size];
    byte[] green = new byte[size];
    byte[] blue = new byte[size];
    for (int i = 0; i < size; i++) {
      double off = i / LEVELS / (LEVELS - 1.0);
      double on = i % LEVELS / (LEVELS - 1.0);
      red[i] = (byte) Math.rint(WHITE * (1 - off * (1 - on / 2)));
      green[i] = (byte) Math.rint(WHITE * (1 - Math.max(on, off)));
      blue[i] = (byte) Math.rint(WHITE * (1 - on * (1 - off / 2)));
    }
    return new IndexColorModel(Byte.SIZE, size, red, green, blue);
  }

  /** The colour of a pixel. */
  int index(int frame, int y, int x) {
    return LEVELS * level(clip.value(frame, y, x, 0)) + level(clip.value(frame, y, x, 1));
  }

  /** No event is white, any event is visible. */
  private int level(float count) {
    return count == 0 ? 0 : Math.max(1, (int) Math.min(LEVELS - 1, Math.rint(count / full * (LEVELS - 1))));
  }
}
