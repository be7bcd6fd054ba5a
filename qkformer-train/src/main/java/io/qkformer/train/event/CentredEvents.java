package io.qkformer.train.event;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Events of a camera in the middle of a larger picture, for networks that take sides of certain lengths only. Where what
 * is left over is odd, the greater part is to the right and below.
 *
 * @param source the events
 * @param camera where they lie
 * @param picture at least as wide and high
 */
public record CentredEvents(EventSource source, SensorSize camera, SensorSize picture) implements EventSource {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if the picture is smaller than the camera
   */
  public CentredEvents {
    Objects.requireNonNull(source, "source");
    if (picture.width() < camera.width() || picture.height() < camera.height()) {
      throw new IllegalArgumentException("centred events: expected a picture of at least " + camera
          + " pixels, as the camera has, got " + picture);
    }
  }

  @Override
  public EventReader open() throws IOException {
    EventReader reader = source.open();
    return new EventReader() {
      @Override
      public Optional<Events> next() throws IOException {
        return reader.next().map(CentredEvents.this::moved);
      }

      @Override
      public void close() throws IOException {
        reader.close();
      }
    };
  }

  @Override
  public OptionalLong count() throws IOException {
    return source.count();
  }

  private Events moved(Events block) {
    int right = (picture.width() - camera.width()) / 2;
    int down = (picture.height() - camera.height()) / 2;
    EventsBuilder moved = new EventsBuilder(block.size());
    for (int i = 0; i < block.size(); i++) {
      moved.add(block.t(i), block.x(i) + right, block.y(i) + down, block.p(i));
    }
    return moved.build();
  }

  @Override
  public EventSource rereadable() throws IOException {
    return new CentredEvents(source.rereadable(), camera, picture);
  }
}
