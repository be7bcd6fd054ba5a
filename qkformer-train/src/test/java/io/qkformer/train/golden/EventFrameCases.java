package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qkformer.train.data.Clip;
import io.qkformer.train.event.Events;
import io.qkformer.train.event.SensorSize;
import io.qkformer.train.event.frame.FrameIntegrator;
import io.qkformer.train.event.frame.FrameRule;
import io.qkformer.train.event.frame.FramesByDuration;
import io.qkformer.train.event.frame.FramesByDuration.Grid;
import io.qkformer.train.event.frame.FramesByNumber;
import io.qkformer.train.event.frame.FramesByTime;
import java.io.IOException;
import java.util.Map;

/** The golden cases about frames of events. */
final class EventFrameCases {

  static final Map<String, AugmentGoldenTest.Runner> RUNNERS =
      Map.of("frames", EventFrameCases::frames, "frames_duration", EventFrameCases::duration);

  private static final Map<String, Grid> GRIDS =
      Map.of("spikingjelly_0_0_0_0_12", Grid.FROM_EVENT, "spikingjelly_2_0", Grid.FIXED);

  private EventFrameCases() {
  }

  private static void frames(AugmentCase golden) throws IOException {
    int number = golden.param("frames_number").asInt();
    String by = golden.param("split_by").asText();
    assertThat(by).isIn("number", "time");
    Clip frames = integrate(golden, by.equals("time") ? new FramesByTime(number) : new FramesByNumber(number));
    EventArrays.check(golden, frames, EventArrays.expectedClip(golden, "frames"));
    if (golden.expects("first")) {
      checkRanges(frames, golden.expected().get("first"), golden.expected().get("end"));
    }
    if (golden.expects("dense")) {
      NpyArray dense = golden.expected("dense");
      int[] shape = dense.shape();
      float[] values = dense.toFloats();
      int pixels = shape[2] * shape[3];
      for (int i = 0; i < values.length; i++) {
        int pixel = i % pixels;
        assertThat(frames.value(i / pixels / shape[1], pixel / shape[3], pixel % shape[3], i / pixels % shape[1]))
            .isEqualTo(values[i]);
      }
    }
  }

  /** Frames hold the events one after the other, so their sums tell which ones. */
  private static void checkRanges(Clip frames, JsonNode first, JsonNode end) {
    int size = frames.values().length / frames.frames();
    double events = 0;
    for (int t = 0; t < frames.frames(); t++) {
      double inFrame = 0;
      for (int i = t * size; i < (t + 1) * size; i++) {
        inFrame += frames.values()[i];
      }
      assertThat(inFrame).as("events of frame %d", t).isEqualTo(end.get(t).asInt() - first.get(t).asInt());
      events += inFrame;
      assertThat(inFrame == 0 || events == end.get(t).asInt()).as("end of frame %d: %s", t, events).isTrue();
    }
  }

  private static void duration(AugmentCase golden) throws IOException {
    for (Map.Entry<String, Grid> release : GRIDS.entrySet()) {
      Clip frames = integrate(golden, new FramesByDuration(golden.param("duration").asLong(), release.getValue()));
      EventArrays.check(golden, frames, EventArrays.expectedClip(golden, release.getKey()));
    }
  }

  private static Clip integrate(AugmentCase golden, FrameRule rule) throws IOException {
    Events events = EventArrays.events(golden.input("events"));
    SensorSize sensor = new SensorSize(golden.param("width").asInt(), golden.param("height").asInt());
    return FrameIntegrator.integrate(events, sensor, rule);
  }
}
