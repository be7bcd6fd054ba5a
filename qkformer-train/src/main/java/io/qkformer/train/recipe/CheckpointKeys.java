package io.qkformer.train.recipe;

import io.qkformer.train.recipe.InitialWeights.Head;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The keys of weights to start with and of checkpoints. */
final class CheckpointKeys {

  static final Key<Path> INITIAL_CHECKPOINT = Key.of("initial_checkpoint", Types.path());
  static final Key<Path> FINETUNE = Key.of("finetune", Types.path());
  static final Key<Integer> CHECKPOINT_HIST = Key.of("checkpoint_hist", Types.whole(1));
  static final Key<Integer> RECOVERY_INTERVAL = Key.of("recovery_interval", Types.whole(0));
  static final Key<Integer> RECOVERY_SECONDS = Key.of("recovery_seconds", Types.whole(0));

  static final List<Key<?>> KEYS =
      List.of(INITIAL_CHECKPOINT, FINETUNE, CHECKPOINT_HIST, RECOVERY_INTERVAL, RECOVERY_SECONDS);

  /** timm's. */
  private static final int DEFAULT_HISTORY = 10;

  private CheckpointKeys() {
  }

  static CheckpointRecipe read(Values values) {
    Optional<InitialWeights> whole = values.find(INITIAL_CHECKPOINT).map(file -> new InitialWeights(file, Head.LOADED));
    Optional<InitialWeights> body = values.find(FINETUNE).map(file -> new InitialWeights(file, Head.DRAWN_ANEW));
    if (whole.isPresent() && body.isPresent()) {
      throw values.error(FINETUNE, "expected either finetune or initial_checkpoint, got both");
    }
    return new CheckpointRecipe(whole.or(() -> body), values.get(CHECKPOINT_HIST, DEFAULT_HISTORY),
        values.get(RECOVERY_INTERVAL, 0), values.get(RECOVERY_SECONDS, 0));
  }

  static void write(CheckpointRecipe checkpoints, Lines lines) {
    lines.comment("Checkpoints");
    lines.putOptional(INITIAL_CHECKPOINT, file(checkpoints, Head.LOADED));
    lines.putOptional(FINETUNE, file(checkpoints, Head.DRAWN_ANEW));
    lines.put(CHECKPOINT_HIST, checkpoints.history());
    lines.put(RECOVERY_INTERVAL, checkpoints.recoveryInterval());
    lines.put(RECOVERY_SECONDS, checkpoints.recoverySeconds());
  }

  private static Optional<Path> file(CheckpointRecipe checkpoints, Head head) {
    return checkpoints.initial().filter(weights -> weights.head() == head).map(InitialWeights::file);
  }
}
