package io.qkformer.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProgressTest {

  private static final long SECOND = 1_000_000_000L;

  private final List<String> lines = new ArrayList<>();
  private long now;

  private Progress.Task task(long total, long intervalSeconds) {
    return new LineTask(new TaskLine("train 3/400", total, "images"), lines::add, intervalSeconds * SECOND,
        () -> now);
  }

  private static String drawn(ProgressStyle style, int width) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (Progress.Task task = ConsoleProgress.bar(out, style, width).start("train 3/400", 100, "images")) {
      task.advance(50, new Reading("loss", 1.25), new Reading("lr", 0.001));
      task.advance(50, new Reading("loss", 1.125), new Reading("lr", 0.001));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aLineComesInEachIntervalAndOneAtTheEnd() {
    Progress.Task task = task(50_000, 10);
    for (int second = 1; second <= 25; second++) {
      now = second * SECOND;
      task.advance(500, new Reading("loss", 2.5 - second / 100.0), new Reading("lr", 9.939e-4));
    }
    task.close();
    task.close();

    assertThat(lines).containsExactly(
        "train 3/400: 5,000 of 50,000 images (10 %), 500.0 images/s, loss 2.400, lr 0.0009939, "
            + "1 min 30 s left",
        "train 3/400: 10,000 of 50,000 images (20 %), 500.0 images/s, loss 2.300, lr 0.0009939, "
            + "1 min 20 s left",
        "train 3/400: 12,500 of 50,000 images (25 %) in 25 s, 500.0 images/s, loss 2.250, lr 0.0009939");
  }

  @Test
  void aFinishedTaskIsReportedOnce() {
    try (Progress.Task task = task(100, 0)) {
      now = 7325 * SECOND;
      task.advance(100);
    }
    assertThat(lines).containsExactly("train 3/400: 100 of 100 images (100 %) in 2 h 02 min, 0.0 images/s");
  }

  @Test
  void workOfNoItemsAndNoTimeIsFine() {
    task(0, 0).close();
    assertThat(lines).containsExactly("train 3/400: 0 of 0 images (100 %) in 0 s");
  }

  @Test
  void linesHoldNoControlCharactersAndGoWhereTheCallerSays() {
    try (Progress.Task task = ConsoleProgress.lines(lines::add, Duration.ZERO).start("test", 2, "images")) {
      task.advance(1, new Reading("loss", Double.NaN));
    }
    assertThat(lines).hasSize(2).allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c < 127))
        .allMatch(line -> line.startsWith("test: 1 of 2 images (50 %)") && line.contains("loss NaN"));
  }

  @Test
  void barShowsCountRateTimeAndReadings() {
    String drawn = drawn(ProgressStyle.ASCII_BAR, 160);
    String last = drawn.substring(drawn.lastIndexOf('\r') + 1);

    assertThat(last).startsWith("train 3/400 100% [").contains("=====").contains("100/100 images")
        .contains("images/s")
        .contains("loss 1.125, lr 0.001000").endsWith(System.lineSeparator());
    assertThat(drawn.chars()).allMatch(c -> c < 127);
  }

  @Test
  void colourIsInTheColouredBarOnly() {
    assertThat(drawn(ProgressStyle.COLOR_BAR, 120)).contains("\u001b[33m").contains("\u2588");
    assertThat(drawn(ProgressStyle.BLOCK_BAR, 120)).doesNotContain("\u001b").contains("\u2588");
  }

  @Test
  void barIsNotWiderThanTheTerminal() {
    for (String line : drawn(ProgressStyle.ASCII_BAR, 60).split("[\r\n]+")) {
      assertThat(line.length()).isLessThanOrEqualTo(60);
    }
  }

  /** A training of days with the longest numbers, drawn half way and at its very first step. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LINES")
  void eightyColumnsShowLossRateLearningRateAndTimeLeft(ProgressStyle style) {
    BarLine bar = new BarLine(new TaskLine("epoch 123/400", 1_281_167, "images"), BarLine.Glyphs.of(style));
    Reading[] readings = {new Reading("loss", 6.9078), new Reading("lr", 1.234e-4), new Reading("top1", 12.345)};

    String narrow = plain(bar.fitting(80, 640_583, 5190 * SECOND, readings));
    assertThat(narrow).isEqualTo("epoch 123/400  49% 123.4 images/s, loss 6.908, lr 0.0001234, 1 h 26 min left");
    assertThat(plain(bar.fitting(100, 640_583, 5190 * SECOND, readings))).hasSizeLessThanOrEqualTo(100)
        .contains("top1 12.35");
    assertThat(plain(bar.fitting(140, 640_583, 5190 * SECOND, readings))).hasSize(140)
        .startsWith("epoch 123/400  49% ").contains("640583/1281167 images, 123.4 images/s, loss 6.908, lr 0.0001234, "
        + "top1 12.35, 1 h 26 min left");
    assertThat(plain(bar.fitting(80, 0, 0))).hasSize(80).startsWith("epoch 123/400   0% ").endsWith("0/1281167 images");
    for (int columns = 1; columns < 160; columns++) {
      assertThat(plain(bar.fitting(columns, 640_583, 5190 * SECOND, readings))).hasSizeLessThanOrEqualTo(columns);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LINES")
  void aTerminalOfEightyColumnsGetsTheWholeLine(ProgressStyle style) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Progress.Task task = ConsoleProgress.bar(new PrintStream(bytes, true, StandardCharsets.UTF_8), style, 80)
        .start("epoch 3/400", 1000, "images")) {
      task.advance(10, new Reading("loss", 1.25), new Reading("lr", 0.001), new Reading("top1", 50));
    }
    String drawn = bytes.toString(StandardCharsets.UTF_8);

    assertThat(drawn.substring(drawn.lastIndexOf('\r') + 1)).startsWith("epoch 3/400   1%").contains("images/s")
        .contains("loss 1.250, lr 0.001000").contains(" s left");
  }

  /** Without colours. */
  private static String plain(String drawn) {
    return drawn.replaceAll("\u001b\\[\\d+m", "");
  }

  @Test
  void numbersHavePointsInAnyLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThat(new Reading("loss", 1.5)).hasToString("loss 1.500");
      assertThat(drawn(ProgressStyle.ASCII_BAR, 160)).containsPattern(" \\d+\\.\\d images/s, loss 1\\.125");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void closingABarTwiceDoesNothing() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Progress.Task task = ConsoleProgress.bar(new PrintStream(bytes, true, StandardCharsets.UTF_8),
        ProgressStyle.ASCII_BAR, 80).start("test", 1, "images");
    task.close();
    int size = bytes.size();
    task.close();

    assertThat(bytes.size()).isEqualTo(size);
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines().filter(line -> !line.isEmpty())).isNotEmpty();
  }

  @Test
  void styleFollowsTheTerminal() {
    Charset utf8 = StandardCharsets.UTF_8;
    assertThat(ProgressStyle.detect(Map.of("TERM", "xterm"), true, utf8)).isEqualTo(ProgressStyle.COLOR_BAR);
    assertThat(ProgressStyle.detect(Map.of(), true, utf8)).isEqualTo(ProgressStyle.COLOR_BAR);
    assertThat(ProgressStyle.detect(Map.of("NO_COLOR", "1"), true, utf8)).isEqualTo(ProgressStyle.BLOCK_BAR);
    assertThat(ProgressStyle.detect(Map.of("NO_COLOR", ""), true, utf8)).as("no-color.org: not empty")
        .isEqualTo(ProgressStyle.COLOR_BAR);
    assertThat(ProgressStyle.detect(Map.of(), true, StandardCharsets.ISO_8859_1))
        .isEqualTo(ProgressStyle.ASCII_BAR);
    assertThat(ProgressStyle.detect(Map.of("TERM", "dumb"), true, utf8)).isEqualTo(ProgressStyle.LINES);
    assertThat(ProgressStyle.detect(Map.of("TERM", "xterm"), false, utf8)).isEqualTo(ProgressStyle.LINES);
  }

  @Test
  void linesStyleWritesLinesToTheStream() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    ConsoleProgress.on(out, ProgressStyle.LINES).start("test", 1, "images").close();

    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("test: 0 of 1 images (0 %) in 0 s"
        + System.lineSeparator());
  }

  @Test
  void badTotalsAreRefusedAndSilenceShowsNothing() {
    assertThatCode(() -> {
      try (Progress.Task task = Progress.silent().start("test", 1, "images")) {
        task.advance(1, new Reading("loss", 1));
      }
    }).doesNotThrowAnyException();
    for (Progress progress : List.of(Progress.silent(), ConsoleProgress.lines(lines::add, Duration.ZERO))) {
      assertThatThrownBy(() -> progress.start("test", -1, "images"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("total must be at least 0, got -1");
    }
    assertThatThrownBy(() -> ConsoleProgress.lines(lines::add, Duration.ofSeconds(-1)))
        .hasMessageContaining("interval");
  }
}
