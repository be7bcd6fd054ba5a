package io.qkformer.train.augment;

import io.qkformer.train.reference.TimmRelease;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads timm's policy strings with all the peculiarities of {@code rand_augment_transform}. */
final class PolicyParser {
  private static final String NAME = "rand";
  /** A key and a value that begins with the first digit. */
  private static final Pattern SECTION = Pattern.compile("([^0-9]*)([0-9].*)", Pattern.DOTALL);
  private static final Pattern PYTHON_INT = Pattern.compile("[0-9](_?[0-9])*");
  private static final Pattern PYTHON_FLOAT =
      Pattern.compile("[0-9](_?[0-9])*(\\.([0-9](_?[0-9])*)?)?([eE][+]?[0-9](_?[0-9])*)?");
  private static final Map<TimmRelease, List<String>> KEYS = Map.of(
      TimmRelease.V1_0, List.of("m", "n", "p", "mstd", "mmax", "inc"),
      TimmRelease.V0_6_12, List.of("m", "n", "w", "mstd", "mmax", "inc"));
  private static final double UNIFORM_ABOVE = 100;
  private static final int DEFAULT_LAYERS = 2;
  private static final double DEFAULT_PROBABILITY = 0.5;

  private final String policy;
  private final TimmRelease version;
  private int magnitude = RandAugmentPolicy.DEFAULT_MAX;
  private int layers = DEFAULT_LAYERS;
  private double probability = DEFAULT_PROBABILITY;
  private boolean increasing;
  private boolean weighted;
  private Optional<Double> std = Optional.empty();
  private OptionalInt max = OptionalInt.empty();
  private Optional<String> set = Optional.empty();

  PolicyParser(String policy, TimmRelease version) {
    this.policy = policy;
    this.version = version;
  }

  RandAugmentPolicy parse() {
    String[] sections = policy.split("-", -1);
    if (!sections[0].equals(NAME)) {
      throw error("expected it to begin with '" + NAME + "' and a dash", sections[0]);
    }
    for (int i = 1; i < sections.length; i++) {
      section(sections[i]);
    }
    OperationSets.Choice choice = choice();
    return new RandAugmentPolicy(choice.ops(), layers, magnitude, std.orElse(0.0), max, probability,
        choice.weights(), version);
  }

  private void section(String section) {
    if (version == TimmRelease.V1_0 && section.startsWith("t")) {
      set = set.or(() -> Optional.of(section.substring(1)));
      return;
    }
    Matcher parts = SECTION.matcher(section);
    if (parts.matches()) {
      keyed(section, parts.group(1), parts.group(2));
    }
  }

  private void keyed(String section, String key, String value) {
    if (!KEYS.get(version).contains(key)) {
      throw error("the keys are " + KEYS.get(version) + ", followed by digits", section);
    }
    switch (key) {
      case "m" -> magnitude = integer(section, value);
      case "n" -> layers = integer(section, value);
      case "mstd" -> {
        double deviation = number(section, value);
        // the first one counts, other than for the other keys
        std = std.or(() -> Optional.of(deviation > UNIFORM_ABOVE ? Double.POSITIVE_INFINITY : deviation));
      }
      case "mmax" -> {
        int bound = integer(section, value);
        max = max.isPresent() ? max : OptionalInt.of(bound);
      }
      // 0.6.12 asks whether there is a value, not which
      case "inc" -> increasing = version == TimmRelease.V0_6_12 || integer(section, value) != 0;
      case "p" -> probability = number(section, value);
      default -> weighted = weightsOf(section, value);
    }
  }

  private boolean weightsOf(String section, String value) {
    if (integer(section, value) != 0) {
      throw error("the only weights are w0", section);
    }
    return true;
  }

  private int integer(String section, String value) {
    if (!PYTHON_INT.matcher(value.strip()).matches()) {
      throw error("expected a whole number", section);
    }
    try {
      return Integer.parseInt(value.strip().replace("_", ""));
    } catch (NumberFormatException e) {
      throw error("expected a number below 2^31", section);
    }
  }

  private double number(String section, String value) {
    if (!PYTHON_FLOAT.matcher(value.strip()).matches()) {
      throw error("expected a number", section);
    }
    return Double.parseDouble(value.strip().replace("_", ""));
  }

  private OperationSets.Choice choice() {
    if (set.isPresent()) {
      return OperationSets.named(set.get(), increasing);
    }
    List<RandAugmentOp> ops = increasing ? OperationSets.INCREASING : OperationSets.PLAIN;
    return new OperationSets.Choice(ops,
        weighted ? Optional.of(OperationSets.OLD_WEIGHTS) : Optional.empty());
  }

  private IllegalArgumentException error(String expected, String section) {
    return new IllegalArgumentException(
        "RandAugment policy '" + policy + "': " + expected + ", got '" + section + "'");
  }
}
