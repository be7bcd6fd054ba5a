package io.qkformer.checkpoint;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A weight file that cannot be read for what it contains; {@link #problem()} says in which way. */
public final class CheckpointFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is the matter with the file. */
  public enum Problem {
    /** The file ends before the data that it announces. */
    TRUNCATED("truncated file"),
    /** The file contradicts itself or its format. */
    CORRUPT("corrupt file"),
    /** The file may be valid, but it holds something that this library does not read. */
    UNSUPPORTED("unsupported content"),
    /** The file asks for a constructor that a weight file has no need of; it may be an attack. */
    REFUSED("refused");

    private final String label;

    Problem(String label) {
      this.label = label;
    }
  }

  /** What is the matter; fixed when the exception is made. */
  private final Problem problem;

  private CheckpointFormatException(Problem problem, String message, Throwable cause) {
    super(message, cause);
    this.problem = problem;
  }

  /** Returns what is the matter with the file. */
  public Problem problem() {
    return problem;
  }

  static CheckpointFormatException truncated(String format, Object... arguments) {
    return of(Problem.TRUNCATED, format, arguments);
  }

  static CheckpointFormatException corrupt(String format, Object... arguments) {
    return of(Problem.CORRUPT, format, arguments);
  }

  static CheckpointFormatException unsupported(String format, Object... arguments) {
    return of(Problem.UNSUPPORTED, format, arguments);
  }

  static CheckpointFormatException refused(String constructor, long position) {
    return of(Problem.REFUSED, "constructor %s at byte %d of the pickle is not on the list of those that a "
        + "weight file needs; nothing was executed. If the file is yours, save model.state_dict() alone and "
        + "load that", constructor, position);
  }

  private static CheckpointFormatException of(Problem problem, String format, Object... arguments) {
    String message = problem.label + ": " + String.format(format, arguments);
    return new CheckpointFormatException(problem, message, null);
  }

  /** Returns the same failure with the file's name in its message. */
  static IOException in(Path file, IOException failure) {
    if (failure instanceof CheckpointFormatException format) {
      return new CheckpointFormatException(format.problem, file + ": " + format.getMessage(), format);
    }
    // These name the file themselves.
    return failure instanceof FileSystemException
        ? failure
        : new IOException("cannot read " + file + ": " + failure.getMessage(), failure);
  }
}
