package io.qkformer.train.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qkformer.train.event.EventFileException;
import io.qkformer.train.event.format.EventFile;
import io.qkformer.train.event.format.EventFormat;
import io.qkformer.train.event.format.NpzFrames;
import io.qkformer.train.event.format.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** The golden cases about files of events and of frames, and about damaged ones. */
final class EventReadCases {

  static final Map<String, AugmentGoldenTest.Runner> RUNNERS = Map.of(
      "read_aedat31", golden -> readings(golden, EventFormat.AEDAT_3_1),
      "read_aedat20", golden -> readings(golden, EventFormat.AEDAT_2_0),
      "read_nmnist", golden -> readings(golden, EventFormat.N_MNIST),
      "read_npz_events", EventReadCases::npzEvents,
      "read_npz_frames", EventReadCases::npzFrames,
      "malformed", EventReadCases::malformed);

  private static final String FRAMES = "frames";
  private static final Map<String, EventFormat> FORMATS = Map.of("aedat31", EventFormat.AEDAT_3_1,
      "aedat20", EventFormat.AEDAT_2_0, "nmnist", EventFormat.N_MNIST, "npz_events", EventFormat.NPZ);

  private EventReadCases() {
  }

  private static void readings(AugmentCase golden, EventFormat format) throws IOException {
    Path file = golden.inputFile("file");
    for (Reading reading : Reading.values()) {
      String key = reading.name().toLowerCase(Locale.ROOT);
      assertThat(new EventFile(file, format, reading).readAll()).as(key)
          .isEqualTo(EventArrays.events(golden.expected(key)))
          .hasFieldOrPropertyWithValue("size", golden.param("events_" + key).asInt());
    }
  }

  private static void npzEvents(AugmentCase golden) throws IOException {
    for (Reading reading : Reading.values()) {
      assertThat(new EventFile(golden.inputFile("file"), EventFormat.NPZ, reading).readAll())
          .isEqualTo(EventArrays.events(golden.expected("events")));
    }
  }

  private static void npzFrames(AugmentCase golden) throws IOException {
    EventArrays.check(golden, NpzFrames.read(golden.inputFile("file")), EventArrays.expectedClip(golden, FRAMES));
  }

  private static void malformed(AugmentCase golden) {
    assertThat(golden.expected().get("error").asBoolean()).isTrue();
    Path file = golden.inputFile("file");
    String format = golden.param("format").asText();
    assertThat(FORMATS.containsKey(format) || format.equals("npz_frames")).as("known format %s", format).isTrue();
    assertThatThrownBy(() -> {
      if (FORMATS.containsKey(format)) {
        new EventFile(file, FORMATS.get(format), Reading.FORMAT).readAll();
      } else {
        NpzFrames.read(file);
      }
    }).isInstanceOf(EventFileException.class).hasMessageContaining(file.toString());
  }
}
