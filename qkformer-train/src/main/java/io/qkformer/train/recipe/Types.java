package io.qkformer.train.recipe;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The types of keys. */
final class Types {

  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");
  private static final Pattern DECIMAL = Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");
  /** YAML 1.1 reads a whole number with a leading zero to the base 8. */
  private static final Pattern OCTAL = Pattern.compile("[-+]?0[0-9]+");
  private static final Set<String> TRUE = Set.of("true", "yes", "on", "y");
  private static final Set<String> FALSE = Set.of("false", "no", "off", "n");

  private Types() {
  }

  /** Whole numbers from a least one on. */
  static Type<Integer> whole(int least) {
    Type<Long> wide = wholeLong(least, Integer.MAX_VALUE);
    return new Type<>("a whole number of at least " + least, wide.reader().andThen(Math::toIntExact),
        String::valueOf);
  }

  /** Whole numbers. */
  static Type<Long> wholeLong(long least, long greatest) {
    return new Type<>("a whole number" + (least == Long.MIN_VALUE ? "" : " of at least " + least), written -> {
      String text = scalar(written);
      if (OCTAL.matcher(text).matches()) {
        throw new IllegalArgumentException("YAML 1.1 takes a leading zero for base 8; leave it out");
      }
      require(INTEGER.matcher(text).matches());
      long value = Long.parseLong(text);
      require(value >= least && value <= greatest);
      return value;
    }, String::valueOf);
  }

  /** Finite numbers; with or without a point, as {@code 6e-2} and {@code .5}. */
  static Type<Double> number(String range, DoublePredicate allowed) {
    return new Type<>("a number" + (range.isEmpty() ? "" : " " + range), written -> {
      String text = scalar(written);
      require(DECIMAL.matcher(text).matches());
      // no -0.0
      double value = Double.parseDouble(text) + 0.0;
      require(Double.isFinite(value) && allowed.test(value));
      return value;
    }, YamlScalars::number);
  }

  static Type<Double> atLeast(double least) {
    return number("of at least " + YamlScalars.number(least), value -> value >= least);
  }

  static Type<Double> above(double bound) {
    return number("above " + YamlScalars.number(bound), value -> value > bound);
  }

  /** From 0 to 1. */
  static Type<Double> share() {
    return number("from 0 to 1", value -> value >= 0 && value <= 1);
  }

  /** True or false, in the spellings of YAML 1.1. */
  static Type<Boolean> flag() {
    return new Type<>("true or false", written -> {
      String text = scalar(written).toLowerCase(Locale.ROOT);
      require(TRUE.contains(text) || FALSE.contains(text));
      return TRUE.contains(text);
    }, String::valueOf);
  }

  /** The constants of an enum, in small letters. */
  static <E extends Enum<E>> Type<E> constant(Class<E> type) {
    Map<String, E> names = new LinkedHashMap<>();
    for (E constant : type.getEnumConstants()) {
      names.put(constant.name().toLowerCase(Locale.ROOT), constant);
    }
    return named(names, Map.of());
  }

  /**
   * Values with names, in any case.
   *
   * @param names  each value's own name
   * @param others further names, which messages do not list
   */
  static <T> Type<T> named(Map<String, T> names, Map<String, T> others) {
    Map<T, String> back = names.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
    return new Type<>("one of " + String.join(", ", names.keySet()), written -> {
      String text = scalar(written).toLowerCase(Locale.ROOT);
      T value = names.containsKey(text) ? names.get(text) : others.get(text);
      require(value != null);
      return value;
    }, value -> YamlScalars.text(back.get(value)));
  }

  /** A text that is not empty. */
  static Type<String> text() {
    return new Type<>("a text", written -> {
      require(!scalar(written).isEmpty());
      return written.text();
    }, YamlScalars::text);
  }

  static Type<Path> path() {
    return new Type<>("a path", written -> {
      require(!scalar(written).isEmpty());
      try {
        return Path.of(written.text());
      } catch (InvalidPathException e) {
        throw new IllegalArgumentException(e.getReason(), e);
      }
    }, path -> YamlScalars.text(path.toString()));
  }

  /** A list of so many; a single value counts as a list of one. */
  static <T> Type<List<T>> list(Type<T> element, int least, int greatest) {
    String count = least == greatest ? "of " + least : least == 0 ? "" : "of at least " + least;
    return new Type<>("a list " + (count.isEmpty() ? "" : count + ", ") + "each " + element.expected(), written -> {
      require(written.kind() != Written.Kind.NOTHING);
      List<Written> items = written.isScalar() ? List.of(written) : written.items();
      require(items.size() >= least && items.size() <= greatest);
      return items.stream().map(element.reader()).toList();
    }, values -> least == 1 && values.size() == 1 ? element.writer().apply(values.get(0))
        : values.stream().map(element.writer()).collect(Collectors.joining(", ", "[", "]")));
  }

  /** Another type's values, or none of them. */
  static <T> Type<Optional<T>> orNone(Type<T> type) {
    return new Type<>(type.expected() + ", or none",
        written -> written.isNone() ? Optional.empty() : Optional.of(type.reader().apply(written)),
        value -> value.map(type.writer()).orElse(YamlScalars.NOTHING));
  }

  /** The same values, under another description. */
  static <T, R> Type<R> mapped(Type<T> type, Function<T, R> there, Function<R, T> back) {
    return new Type<>(type.expected(), type.reader().andThen(there), type.writer().compose(back));
  }

  private static String scalar(Written written) {
    require(written.isScalar());
    return written.text();
  }

  private static void require(boolean condition) {
    if (!condition) {
      throw new IllegalArgumentException();
    }
  }
}
