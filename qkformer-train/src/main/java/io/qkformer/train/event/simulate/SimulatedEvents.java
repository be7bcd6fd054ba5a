package io.qkformer.train.event.simulate;

import io.qkformer.train.event.EventReader;
import io.qkformer.train.event.EventSource;
import java.io.IOException;

/** Events of a scene that is made when they are read, and given up afterwards. */
record SimulatedEvents(EventCamera camera, long recording, Scenes scenes) implements EventSource {
  /** Makes the scene. */
  @FunctionalInterface
  interface Scenes {
    Scene make() throws IOException;
  }

  @Override
  public EventReader open() throws IOException {
    return camera.recording(scenes.make(), recording).open();
  }

  /** Simulates once. */
  @Override
  public EventSource rereadable() throws IOException {
    return readAll();
  }
}
