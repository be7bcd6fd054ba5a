package io.qkformer.layer;

/** A {@link LayerObserver} that is attached to a network until this is closed. Closing it twice does nothing. */
@FunctionalInterface
public interface Attachment extends AutoCloseable {

  /** Takes the observer off; passes that have begun go on showing it theirs. */
  @Override
  void close();
}
