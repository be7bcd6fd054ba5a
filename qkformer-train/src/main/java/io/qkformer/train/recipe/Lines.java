package io.qkformer.train.recipe;

import java.util.Optional;

/** Lines of a recipe that is written. */
final class Lines {

  private final StringBuilder text = new StringBuilder();

  /** Starts a part. */
  void comment(String comment) {
    text.append(text.isEmpty() ? "" : "\n");
    comment.lines().forEach(line -> text.append(("# " + line).stripTrailing()).append('\n'));
  }

  <T> void put(Key<T> key, T value) {
    line(key, key.type().writer().apply(value));
  }

  /** A key whose absence means something: it is written as nothing. */
  <T> void putOptional(Key<T> key, Optional<T> value) {
    line(key, value.map(key.type().writer()).orElse(YamlScalars.NOTHING));
  }

  /** A key that another one stands for. */
  void none(Key<?> key) {
    line(key, YamlScalars.NOTHING);
  }

  private void line(Key<?> key, String value) {
    text.append(key.name()).append(": ").append(value).append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
