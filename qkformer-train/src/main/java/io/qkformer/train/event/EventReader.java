package io.qkformer.train.event;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads events from the first to the last, block by block, in bounded memory. For one thread. */
public interface EventReader extends Closeable {
  /**
   * Returns the next events, at least one, or nothing at the end.
   *
   * @throws IOException if the file cannot be read or is damaged; the message names it and the place
   */
  Optional<Events> next() throws IOException;

  /** Returns how many events there are in all, where the file's size or header tells without reading them. */
  default OptionalLong count() {
    return OptionalLong.empty();
  }
}
