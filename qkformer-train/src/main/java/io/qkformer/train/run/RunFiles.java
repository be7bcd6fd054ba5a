package io.qkformer.train.run;

/** The names in a run folder. */
public final class RunFiles {

  /** How the run was asked for; text of the caller. */
  public static final String RECIPE = "recipe.yaml";
  /** With what it was run: versions, machine, data; an entry for each start and resumption. */
  public static final String ENVIRONMENT = "environment.json";
  /** One line for each epoch. */
  public static final String SUMMARY = "summary.csv";
  /** The learning curve. */
  public static final String CURVE = "curve.png";
  /** The folder of event files. */
  public static final String TENSORBOARD = "tensorboard";
  /** The folder of checkpoints to go on from. */
  public static final String CHECKPOINTS = "checkpoints";
  /** The folder of the state of a training that diverged, for looking at it. */
  public static final String DIVERGED = "diverged";
  /** Weights after the last epoch. */
  public static final String WEIGHTS_LAST = "weights-last.safetensors";
  /** Weights after the best epoch. */
  public static final String WEIGHTS_BEST = "weights-best.safetensors";
  /** The folder of the weights after the best epochs. */
  public static final String BEST = "best";

  static final String LOCK = ".lock";
  static final String LOCK_HOLDER = ".lock-holder";

  private RunFiles() {
  }
}
