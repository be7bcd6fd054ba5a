package io.qkformer.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.qkformer.examples.study.Study;
import io.qkformer.model.Preset;
import io.qkformer.train.recipe.Recipes;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** docs/paper-to-code.md against the classes and commands that there are. */
class PaperToCodeTest {

  private static final Path DOCS = Path.of("..", "docs", "paper-to-code.md");
  private static final Pattern TOKEN = Pattern.compile("`([^`]+)`");
  private static final Pattern NAME = Pattern.compile("((?:[a-z]+\\.)+[A-Z]\\w*(?:\\.[A-Z][a-z]\\w*)*)(?:\\.(\\w+)(\\*?))?");
  private static final int EQUATIONS = 18;
  private static final int TABLES = 9;
  private static final int FIGURES = 4;

  private record Row(String paper, List<String> code, List<String> commands) {
  }

  private final List<Row> rows = new ArrayList<>();

  @BeforeEach
  void read() throws IOException {
    assumeTrue(Files.isRegularFile(DOCS), () -> "skipped: there is no " + DOCS.toAbsolutePath().normalize());
    for (String line : Files.readAllLines(DOCS)) {
      String[] cells = line.split("\\|", -1);
      if (line.startsWith("|") && !line.startsWith("|---") && !cells[1].strip().equals("paper")) {
        assertThat(cells).as(line).hasSize(6);
        rows.add(new Row(cells[1].strip(), tokens(cells[3]), tokens(cells[4])));
      }
    }
  }

  private static List<String> tokens(String cell) {
    return TOKEN.matcher(cell).results().map(result -> result.group(1)).toList();
  }

  @Test
  void eachClassAndMemberExists() {
    assertThat(rows).isNotEmpty().allSatisfy(row -> assertThat(row.code()).as(row.paper()).isNotEmpty());
    rows.stream().flatMap(row -> row.code().stream()).distinct().forEach(PaperToCodeTest::requireCode);
  }

  private static void requireCode(String name) {
    Matcher parts = NAME.matcher(name);
    assertThat(parts.matches()).as("%s: expected package.Class or package.Class.member", name).isTrue();
    Class<?> type = type(parts.group(1));
    assertThat(type).as("class %s", parts.group(1)).isNotNull();
    if (parts.group(2) != null) {
      String member = parts.group(2);
      boolean start = !parts.group(3).isEmpty();
      Stream<String> members = Stream.concat(Arrays.stream(type.getDeclaredFields()).map(Field::getName),
          Arrays.stream(type.getDeclaredMethods()).map(Method::getName));
      assertThat(members.anyMatch(own -> start ? own.startsWith(member) : own.equals(member))).as(name).isTrue();
    }
  }

  /** A nested class follows a dot, as in Java. */
  private static Class<?> type(String name) {
    Matcher parts = Pattern.compile("((?:[a-z]+\\.)+)(.*)").matcher(name);
    assertThat(parts.matches()).as(name).isTrue();
    try {
      return Class.forName("io.qkformer." + parts.group(1) + parts.group(2).replace('.', '$'), false,
          PaperToCodeTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  @Test
  void eachCommandIsUnderstoodAndItsModelsRecipesAndStudiesExist() {
    List<String> commands = rows.stream().flatMap(row -> row.commands().stream()).distinct().toList();
    assertThat(commands).isNotEmpty();
    for (String command : commands) {
      String[] words = command.split(" ");
      CommandLine.ParseResult result = Main.commandLine().setCaseInsensitiveEnumValuesAllowed(true).parseArgs(words);
      assertThat(result.hasSubcommand()).as(command).isTrue();
      for (int i = 0; i + 1 < words.length; i++) {
        if (words[i].equals("--model")) {
          assertThat(Preset.named(words[i + 1]).id()).isEqualTo(words[i + 1]);
        } else if (words[i].equals("--recipe")) {
          assertThat(Recipes.builtinNames()).as(command).contains(words[i + 1]);
        } else if (words[i].equals("ablate")) {
          assertThat(Study.BUILTIN).as(command).contains(words[i + 1]);
        }
      }
    }
  }

  /** Each built-in study, and the recipe of each data set that the paper has numbers of, stands beside its table. */
  @Test
  void theTablesOfTrainingsNameTheirStudiesAndRecipes() {
    List<String> commands = rows.stream().flatMap(row -> row.commands().stream()).toList();
    assertThat(commands).containsAll(Study.BUILTIN.stream().map(study -> "ablate " + study).toList());
    assertThat(commands).containsAll(Stream.of("cifar10", "cifar100", "cifar10-dvs", "dvs128-gesture", "imagenet-384",
        "imagenet-512", "imagenet-768").map(recipe -> "train --recipe " + recipe).toList());
  }

  @Test
  void everyEquationTableAndFigureHasItsPlace() {
    assertThat(numbers("eq")).containsExactlyElementsOf(upTo(EQUATIONS));
    assertThat(numbers("Table")).containsExactlyElementsOf(upTo(TABLES));
    assertThat(numbers("Figure")).containsExactlyElementsOf(upTo(FIGURES));
  }

  private Set<Integer> numbers(String kind) {
    Set<Integer> numbers = new TreeSet<>();
    Pattern pattern = Pattern.compile(kind + "\\.? (\\d+)(?:-(\\d+))?");
    for (Row row : rows) {
      Matcher matcher = pattern.matcher(row.paper());
      if (matcher.matches()) {
        int first = Integer.parseInt(matcher.group(1));
        int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
        for (int i = first; i <= last; i++) {
          numbers.add(i);
        }
      }
    }
    return numbers;
  }

  private static List<Integer> upTo(int last) {
    return Stream.iterate(1, i -> i + 1).limit(last).toList();
  }
}
