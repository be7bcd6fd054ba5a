package io.qkformer.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryCsvTest {

  @TempDir
  private Path folder;

  static EpochMetrics epoch(int epoch) {
    return new EpochMetrics(epoch, 1e-5, 2.30258509, 10.5, new EvaluationMetrics(2.125, 12.34, 51),
        new EvaluationMetrics(2.5, 11.25, 50), 1234.5678, 2345.25, 0.17, 40.5);
  }

  static EpochMetrics untested(int epoch) {
    return new EpochMetrics(epoch, 0.001, 2.25, 12, EvaluationMetrics.NOT_MEASURED, EvaluationMetrics.NOT_MEASURED,
        1000, Double.NaN, Double.NaN, 40);
  }

  @Test
  void holdsALineForEachEpoch() throws IOException {
    Path file = folder.resolve("summary.csv");
    SummaryCsv table = new SummaryCsv(file);
    table.append(epoch(0));
    table.append(untested(1));

    assertThat(file).hasContent("""
        epoch,train_loss,train_top1,eval_loss,eval_top1,eval_top5,lr,images_per_second,resident_mb,firing_rate,seconds,\
        eval_loss_ema,eval_top1_ema,eval_top5_ema
        0,2.30259,10.5,2.125,12.34,51,0.00001,1234.57,2345.25,0.17,40.5,2.5,11.25,50
        1,2.25,12,,,,0.001,1000,,,40,,,
        """);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void numbersHavePointsInAnyLocale() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      Path file = folder.resolve("summary.csv");
      new SummaryCsv(file).append(epoch(0));
      assertThat(Files.readString(file)).contains("\n0,2.30259,10.5,2.125,");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void readsWhatItWroteAndGoesOnFromIt() throws IOException {
    Path file = folder.resolve("summary.csv");
    new SummaryCsv(file).append(epoch(0));
    String first = Files.readString(file);
    new SummaryCsv(file).append(untested(1));

    assertThat(Files.readString(file)).startsWith(first);
    assertThat(new SummaryCsv(file).read()).containsExactly(
        new EpochMetrics(0, 1e-5, 2.30259, 10.5, new EvaluationMetrics(2.125, 12.34, 51),
            new EvaluationMetrics(2.5, 11.25, 50), 1234.57, 2345.25, 0.17, 40.5), untested(1));
  }

  @Test
  void withoutAFileItIsEmpty() throws IOException {
    SummaryCsv table = new SummaryCsv(folder.resolve("summary.csv"));
    table.truncateTo(0);

    assertThat(table.read()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void truncationDropsTheEpochsThatRunAgain() throws IOException {
    SummaryCsv table = new SummaryCsv(folder.resolve("summary.csv"));
    for (int i = 0; i < 4; i++) {
      table.append(untested(i));
    }
    table.truncateTo(2);
    table.append(untested(2));

    assertThat(table.read()).extracting(EpochMetrics::epoch).containsExactly(0, 1, 2);
    table.truncateTo(0);
    assertThat(table.read()).isEmpty();
    table.append(untested(0));
    assertThat(table.read()).containsExactly(untested(0));
  }

  @Test
  void epochsThatAreThereAreNotReplaced() throws IOException {
    Path file = folder.resolve("summary.csv");
    SummaryCsv table = new SummaryCsv(file);
    table.append(epoch(3));
    String before = Files.readString(file);

    assertThatThrownBy(() -> table.append(epoch(3))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("epoch must be above 3").hasMessageContaining("got 3")
        .hasMessageContaining("truncate");
    assertThatThrownBy(() -> table.append(epoch(0))).isInstanceOf(IllegalArgumentException.class);
    assertThat(file).hasContent(before);
  }

  @Test
  void otherFilesAreLeftAlone() throws IOException {
    for (String content : new String[] {"", "name,age\nAda,36\n"}) {
      Path file = Files.writeString(folder.resolve("other.csv"), content);
      assertThatThrownBy(() -> new SummaryCsv(file).append(epoch(0))).isInstanceOf(IOException.class)
          .hasMessageContaining("no table of metrics").hasMessageContaining(file.toString());
      assertThat(file).hasContent(content);
    }
  }

  @Test
  void badLinesAreNamed() throws IOException {
    Path file = folder.resolve("summary.csv");
    SummaryCsv table = new SummaryCsv(file);
    table.append(epoch(0));
    String good = Files.readString(file);
    for (String bad : new String[] {"1,2,3", "1,x,2,3,4,5,6,7,8,0,9,,,",
        "1.5,1,2,3,4,5,6,7,8,0,9,,,", "1,1,2000,3,4,5,6,7,8,0,9,,,", "1,1,2,3,4,5,6,7,8,1.5,9,,,", ""}) {
      Files.writeString(file, good + bad + "\n");
      assertThatThrownBy(table::read).as(bad).isInstanceOf(IOException.class).hasMessageContaining("line 3");
    }
  }

  @Test
  void metricsAreChecked() {
    assertThatThrownBy(() -> untested(-1)).hasMessage("epoch must be at least 0, got -1");
    EvaluationMetrics none = EvaluationMetrics.NOT_MEASURED;
    assertThatThrownBy(() -> new EpochMetrics(0, 0, Double.POSITIVE_INFINITY, 0, none, none, 0, 0, 0, 0))
        .hasMessageContaining("trainLoss").hasMessageContaining("Infinity");
    assertThatThrownBy(() -> new EpochMetrics(0, 0, 0, 100.5, none, none, 0, 0, 0, 0))
        .hasMessageContaining("trainTop1").hasMessageContaining("100.5");
    assertThatThrownBy(() -> new EpochMetrics(0, -1, 0, 0, none, none, 0, 0, 0, 0))
        .hasMessageContaining("learningRate");
    assertThatThrownBy(() -> new EpochMetrics(0, 0, 0, 0, none, none, 0, -1, 0, 0)).hasMessageContaining("residentMb");
    assertThatThrownBy(() -> new EpochMetrics(0, 0, 0, 0, none, none, 0, 0, 1.1, 0))
        .hasMessage("firingRate must be in [0, 1], or NaN if not measured, got 1.1");
    assertThatThrownBy(() -> new EpochMetrics(0, 0, 0, 0, null, none, 0, 0, 0, 0)).hasMessage("eval");
    assertThatThrownBy(() -> new EvaluationMetrics(0, 101, 0)).hasMessageContaining("top1").hasMessageContaining("101");
  }

  @Test
  void epochsAreRankedByTheAverageWhereThereIsOne() {
    assertThat(epoch(0).rankedTop1()).isEqualTo(11.25);
    assertThat(untested(0).rankedTop1()).isNaN();
    assertThat(new EpochMetrics(0, 0, 0, 0, new EvaluationMetrics(1, 2, 3), EvaluationMetrics.NOT_MEASURED, 0, 0, 0, 0)
        .rankedTop1()).isEqualTo(2);
  }
}
