package io.qkformer.train.data;

import java.io.IOException;

/** A data set's files are missing, damaged or laid out otherwise than expected; the message says which. */
public class DatasetException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception whose message names the file, what was found and what was expected. */
  public DatasetException(String message) {
    super(message);
  }

  /** Creates an exception as above that also tells what led to it. */
  public DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
