package io.qkformer.train.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names in a folder of checkpoints, by which the store knows what is its own. */
final class Names {

  static final String MODEL = "model.safetensors";
  static final String OPTIMIZER = "optimizer.safetensors";
  static final String AVERAGE = "average.safetensors";
  static final String PROGRESS = "progress.json";
  static final String MANIFEST = "manifest.json";
  static final String MANIFEST_SUM = "manifest.json.sha256";

  private static final Set<String> FILES = Set.of(MODEL, OPTIMIZER, AVERAGE, PROGRESS, MANIFEST, MANIFEST_SUM);
  private static final String UUID_PATTERN = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final Pattern CHECKPOINT = Pattern.compile("step-(\\d{10,19})");
  private static final Pattern ASIDE = Pattern.compile("\\.(step-\\d{10,19})\\." + UUID_PATTERN
      + "\\.(tmp|replaced|deleted)");
  /** What AtomicFile calls a file that it has not finished. */
  private static final Pattern UNFINISHED_FILE = Pattern.compile("\\.(.+)\\." + UUID_PATTERN + "\\.tmp");

  /** Why a folder has a hidden name. */
  enum Aside {
    /** It is being written. */
    TMP,
    /** Another of the same step is being put in its place. */
    REPLACED,
    /** It is being deleted. */
    DELETED;

    private String suffix() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A hidden folder and the name that it would have or had. */
  record Leftover(Path folder, String checkpoint, Aside aside) {
  }

  private Names() {
  }

  static String checkpoint(long step) {
    return String.format(Locale.ROOT, "step-%010d", step);
  }

  /** The step of a folder that has a checkpoint's name. */
  static OptionalLong step(Path folder) {
    Matcher matcher = CHECKPOINT.matcher(folder.getFileName().toString());
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    try {
      long step = Long.parseLong(matcher.group(1));
      return checkpoint(step).equals(matcher.group()) ? OptionalLong.of(step) : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** A new hidden name for a checkpoint's folder. */
  static Path aside(Path checkpoint, Aside aside) {
    return checkpoint.resolveSibling("." + checkpoint.getFileName() + "." + UUID.randomUUID() + "." + aside.suffix());
  }

  /** What a killed writer has left, if this name is one that it gives. */
  static Optional<Leftover> leftover(Path folder) {
    Matcher matcher = ASIDE.matcher(folder.getFileName().toString());
    return matcher.matches() ? Optional.of(new Leftover(folder, matcher.group(1),
        Aside.valueOf(matcher.group(2).toUpperCase(Locale.ROOT)))) : Optional.empty();
  }

  /** What keeps a folder from being deleted, if anything: something in it that the store did not write. */
  static Optional<Path> foreign(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(folder);
    }
    return content(folder).stream().filter(file -> !isOwn(file)).findFirst();
  }

  private static boolean isOwn(Path file) {
    String name = file.getFileName().toString();
    Matcher unfinished = UNFINISHED_FILE.matcher(name);
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && (FILES.contains(name) || unfinished.matches() && FILES.contains(unfinished.group(1)));
  }

  /** What is in a folder, by name. */
  static List<Path> content(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
