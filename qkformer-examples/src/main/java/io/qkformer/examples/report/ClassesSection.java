package io.qkformer.examples.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The accuracy of each class. */
final class ClassesSection implements ReportSection {

  /** Of more classes, the best and worst are shown. */
  private static final int MOST = 40;

  @Override
  public String id() {
    return "classes";
  }

  @Override
  public String title() {
    return "Accuracy by class";
  }

  @Override
  public Optional<String> html(ReportedRun run) {
    int[][] confusion = run.predictions().confusion();
    List<Integer> tested = IntStream.range(0, confusion.length)
        .filter(label -> Arrays.stream(confusion[label]).sum() > 0).boxed()
        .sorted(Comparator.comparingDouble((Integer label) -> recall(confusion, label)).reversed()).toList();
    StringBuilder html = new StringBuilder("<p>The share of each class's test " + run.word().many()
        + " that were recognised, best first"
        + (tested.size() > MOST ? "; the " + MOST / 2 + " best and worst of " + tested.size() : "") + ".</p>\n");
    for (int i = 0; i < tested.size(); i++) {
      int label = tested.get(i);
      if (tested.size() <= MOST || i < MOST / 2 || i >= tested.size() - MOST / 2) {
        html.append(Html.bar(run.classNames().get(label), recall(confusion, label), Html.number("%.1f %% of %d",
            100 * recall(confusion, label), Arrays.stream(confusion[label]).sum())));
      }
    }
    return Optional.of(html.toString());
  }

  private static double recall(int[][] confusion, int label) {
    return (double) confusion[label][label] / Arrays.stream(confusion[label]).sum();
  }
}
