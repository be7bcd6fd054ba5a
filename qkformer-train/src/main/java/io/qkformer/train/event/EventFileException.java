package io.qkformer.train.event;

import io.qkformer.train.data.DatasetException;

/** A file of events contradicts its format, is cut off, or holds what a reader does not accept. */
public final class EventFileException extends DatasetException {
  private static final long serialVersionUID = 1L;

  private EventFileException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Creates an exception about one place of a file.
   *
   * @param file the file, or the member of an archive
   * @param offset of the byte where the trouble begins, from 0
   * @param problem what is there and what was expected
   */
  public static EventFileException at(String file, long offset, String problem) {
    return new EventFileException(file + ", byte " + offset + ": " + problem, null);
  }

  /** Creates an exception about a file as a whole. */
  public static EventFileException in(String file, String problem) {
    return new EventFileException(file + ": " + problem, null);
  }

  /** Creates an exception as above that also tells what led to it. */
  public static EventFileException in(String file, String problem, Throwable cause) {
    return new EventFileException(file + ": " + problem, cause);
  }
}
