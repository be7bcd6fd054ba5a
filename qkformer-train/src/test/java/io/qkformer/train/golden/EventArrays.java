package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qkformer.train.data.Clip;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.EventsBuilder;
import java.io.IOException;

/** Events and clips as the golden cases keep them. */
final class EventArrays {

  private static final int EVENT_COLUMNS = 4;
  private static final int SPARSE_COLUMNS = 5;

  private EventArrays() {
  }

  /** Events of an array [N, 4] of t, x, y, p. */
  static Events events(NpyArray array) {
    assertThat(array.shape()[1]).isEqualTo(EVENT_COLUMNS);
    EventsBuilder events = new EventsBuilder(array.shape()[0]);
    for (int i = 0; i < array.shape()[0]; i++) {
      double[] values = array.values();
      int row = i * EVENT_COLUMNS;
      events.add((long) values[row], (int) values[row + 1], (int) values[row + 2], (int) values[row + 3]);
    }
    return events.build();
  }

  /** A clip kept as rows (frame, channel, y, x, value) of its values that are not 0. */
  static Clip clip(AugmentCase golden, JsonNode reference) throws IOException {
    assertThat(reference.get("sparse").asBoolean()).isTrue();
    JsonNode shape = reference.get("shape");
    int frames = shape.get(0).asInt();
    int channels = shape.get(1).asInt();
    int height = shape.get(2).asInt();
    int width = shape.get(3).asInt();
    float[] values = new float[Clip.size(frames, height, width, channels)];
    double[] rows = golden.array(reference).values();
    for (int i = 0; i < rows.length; i += SPARSE_COLUMNS) {
      int pixel = ((int) rows[i] * height + (int) rows[i + 2]) * width + (int) rows[i + 3];
      values[pixel * channels + (int) rows[i + 1]] = (float) rows[i + 4];
    }
    return Clip.wrap(frames, height, width, channels, values);
  }

  static Clip inputClip(AugmentCase golden, String key) throws IOException {
    return clip(golden, golden.node().get("input").get(key));
  }

  static Clip expectedClip(AugmentCase golden, String key) throws IOException {
    return clip(golden, golden.expected().get(key));
  }

  /** Requires the same clip but for so many values as the case's tolerance lets be off. */
  static void check(AugmentCase golden, Clip actual, Clip expected) {
    JsonNode tolerance = golden.node().get("tolerance");
    assertThat(tolerance.get("abs").asDouble()).isZero();
    assertThat(actual.hasShapeOf(expected)).as("%s, expected %s", actual, expected).isTrue();
    int off = 0;
    for (int i = 0; i < actual.values().length; i++) {
      off += actual.values()[i] == expected.values()[i] ? 0 : 1;
    }
    assertThat(off).as("values that differ").isLessThanOrEqualTo(tolerance.path("values_off").asInt(0));
  }
}
