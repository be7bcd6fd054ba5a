package io.qkformer.checkpoint;

import java.util.List;

/** What the names in a pickle mean to its reader. */
interface PickleVocabulary {
  /** Makes a value from arguments; never runs anything that a file brings along. */
  @FunctionalInterface
  interface Constructor {
    /** Returns the value. */
    Object construct(List<Object> arguments) throws CheckpointFormatException;
  }

  /**
   * Returns the {@link Constructor} or the constant of this name.
   *
   * @param position where the name stands in the pickle, for the message
   * @throws CheckpointFormatException with problem REFUSED if the name is not on the list
   */
  Object global(String module, String name, long position) throws CheckpointFormatException;

  /** Returns what lies outside the pickle under this id. */
  Object persistent(Object id) throws CheckpointFormatException;
}
