package io.qkformer.train.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A checkpoint that cannot be used; {@link #problem()} says in which way. */
public final class CheckpointException extends IOException {

  private static final long serialVersionUID = 1L;

  /** What is the matter. */
  public enum Problem {
    /** There is no checkpoint. */
    MISSING,
    /** A file is absent, cut, changed, or contradicts its format. */
    CORRUPT,
    /** The format's version is above those that this library knows. */
    TOO_NEW,
    /** It is of a model of another architecture. */
    OTHER_ARCHITECTURE,
    /** The architecture is the same, but it was trained with another optimizer or average. */
    OTHER_TRAINING
  }

  /** What is the matter; fixed when the exception is made. */
  private final Problem problem;

  private CheckpointException(Problem problem, String message, Throwable cause) {
    super(message, cause);
    this.problem = problem;
  }

  /** Returns what is the matter with the checkpoint. */
  public Problem problem() {
    return problem;
  }

  static CheckpointException corrupt(Path checkpoint, String file, String how) {
    return corrupt(checkpoint, file, how, null);
  }

  static CheckpointException corrupt(Path checkpoint, String file, String how, Throwable cause) {
    return new CheckpointException(Problem.CORRUPT,
        "checkpoint " + checkpoint + " is damaged: " + file + " " + how, cause);
  }

  static CheckpointException missing(Path folder) {
    return new CheckpointException(Problem.MISSING, "there is no checkpoint in " + folder, null);
  }

  static CheckpointException noneGood(Path folder, List<CheckpointException> failures) {
    CheckpointException none = new CheckpointException(Problem.CORRUPT, "no checkpoint in " + folder
        + " can be used: " + failures.stream().map(Throwable::getMessage).collect(Collectors.joining("; "))
        + ". Is there a copy of the folder?", null);
    failures.forEach(none::addSuppressed);
    return none;
  }

  static CheckpointException tooNew(Path checkpoint, long version, long known, String library) {
    return new CheckpointException(Problem.TOO_NEW, "checkpoint " + checkpoint + " has format version " + version
        + ", written by qkformer " + library + "; this library (" + LibraryVersion.current().version()
        + ") reads up to " + known + ": go on with the newer library", null);
  }

  static CheckpointException otherArchitecture(String stored, String own) {
    return new CheckpointException(Problem.OTHER_ARCHITECTURE, "the checkpoint is of another architecture: expected "
        + own + ", got " + stored + "; nothing was changed", null);
  }

  static CheckpointException otherTraining(String what) {
    return new CheckpointException(Problem.OTHER_TRAINING, what
        + "; nothing was changed. Was it trained with another optimizer or another average?", null);
  }

  /** The same about a model whose tensors differ though the architecture's text does not. */
  static CheckpointException otherModel(String what) {
    return new CheckpointException(Problem.OTHER_ARCHITECTURE, what + "; nothing was changed", null);
  }
}
