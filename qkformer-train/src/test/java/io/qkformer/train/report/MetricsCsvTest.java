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

class MetricsCsvTest {

  @TempDir
  private Path folder;

  static EpochMetrics epoch(int epoch) {
    return new EpochMetrics(epoch, 1e-5, 2.30258509, 10.5, 2.125, 12.34, 51, 1234.5678, 40.5);
  }

  static EpochMetrics untested(int epoch) {
    return new EpochMetrics(epoch, 0.001, 2.25, 12, Double.NaN, Double.NaN, Double.NaN, 1000, 40);
  }

  @Test
  void holdsALineForEachEpoch() throws IOException {
    Path file = folder.resolve("metrics.csv");
    MetricsCsv table = new MetricsCsv(file);
    table.append(epoch(0));
    table.append(untested(1));

    assertThat(file).hasContent("""
        epoch,lr,train_loss,train_top1,test_loss,test_top1,test_top5,images_per_s,seconds
        0,0.00001,2.30259,10.5,2.125,12.34,51,1234.57,40.5
        1,0.001,2.25,12,,,,1000,40
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
      Path file = folder.resolve("metrics.csv");
      new MetricsCsv(file).append(epoch(0));
      assertThat(Files.readString(file)).contains("\n0,0.00001,2.30259,10.5,");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void readsWhatItWroteAndGoesOnFromIt() throws IOException {
    Path file = folder.resolve("metrics.csv");
    new MetricsCsv(file).append(epoch(0));
    String first = Files.readString(file);
    new MetricsCsv(file).append(untested(1));

    assertThat(Files.readString(file)).startsWith(first);
    assertThat(new MetricsCsv(file).read()).containsExactly(
        new EpochMetrics(0, 1e-5, 2.30259, 10.5, 2.125, 12.34, 51, 1234.57, 40.5), untested(1));
  }

  @Test
  void withoutAFileItIsEmpty() throws IOException {
    MetricsCsv table = new MetricsCsv(folder.resolve("metrics.csv"));
    table.rewind(0);

    assertThat(table.read()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void rewindDropsTheEpochsThatRunAgain() throws IOException {
    MetricsCsv table = new MetricsCsv(folder.resolve("metrics.csv"));
    for (int i = 0; i < 4; i++) {
      table.append(untested(i));
    }
    table.rewind(2);
    table.append(untested(2));

    assertThat(table.read()).extracting(EpochMetrics::epoch).containsExactly(0, 1, 2);
  }

  @Test
  void epochsThatAreThereAreNotReplaced() throws IOException {
    Path file = folder.resolve("metrics.csv");
    MetricsCsv table = new MetricsCsv(file);
    table.append(epoch(3));
    String before = Files.readString(file);

    assertThatThrownBy(() -> table.append(epoch(3))).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("epoch must be above 3").hasMessageContaining("got 3")
        .hasMessageContaining("rewind");
    assertThatThrownBy(() -> table.append(epoch(0))).isInstanceOf(IllegalArgumentException.class);
    assertThat(file).hasContent(before);
  }

  @Test
  void otherFilesAreLeftAlone() throws IOException {
    for (String content : new String[] {"", "name,age\nAda,36\n"}) {
      Path file = Files.writeString(folder.resolve("other.csv"), content);
      assertThatThrownBy(() -> new MetricsCsv(file).append(epoch(0))).isInstanceOf(IOException.class)
          .hasMessageContaining("no table of metrics").hasMessageContaining(file.toString());
      assertThat(file).hasContent(content);
    }
  }

  @Test
  void badLinesAreNamed() throws IOException {
    Path file = folder.resolve("metrics.csv");
    MetricsCsv table = new MetricsCsv(file);
    table.append(epoch(0));
    String good = Files.readString(file);
    for (String bad : new String[] {"1,2,3", "1,x,2,3,4,5,6,7,8", "1.5,1,2,3,4,5,6,7,8",
        "1,1,2,3000,4,5,6,7,8", ""}) {
      Files.writeString(file, good + bad + "\n");
      assertThatThrownBy(table::read).as(bad).isInstanceOf(IOException.class).hasMessageContaining("line 3");
    }
  }

  @Test
  void metricsAreChecked() {
    assertThatThrownBy(() -> untested(-1)).hasMessage("epoch must be at least 0, got -1");
    assertThatThrownBy(() -> new EpochMetrics(0, 0, Double.POSITIVE_INFINITY, 0, 0, 0, 0, 0, 0))
        .hasMessageContaining("trainLoss").hasMessageContaining("Infinity");
    assertThatThrownBy(() -> new EpochMetrics(0, 0, 0, 0, 0, 100.5, 0, 0, 0)).hasMessageContaining("testTop1")
        .hasMessageContaining("100.5");
    assertThatThrownBy(() -> new EpochMetrics(0, -1, 0, 0, 0, 0, 0, 0, 0))
        .hasMessageContaining("learningRate");
  }
}
