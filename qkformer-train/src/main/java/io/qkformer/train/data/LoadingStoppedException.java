package io.qkformer.train.data;

/**
 * Thrown by a {@link LoadProgress} that wants the loading to end. Who loads gives up what was loaded, leaves no file half
 * written, and throws it on to its caller.
 */
public final class LoadingStoppedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * An end that was asked for.
   *
   * @param message what was being loaded
   */
  public LoadingStoppedException(String message) {
    super(message);
  }
}
