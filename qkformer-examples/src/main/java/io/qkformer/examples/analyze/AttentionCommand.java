package io.qkformer.examples.analyze;

import io.qkformer.attention.AttentionKind;
import io.qkformer.examples.picture.ShownSample;
import io.qkformer.layer.LayerObserver;
import io.qkformer.model.StageConfig;
import io.qkformer.train.analysis.LayerOutput;
import io.qkformer.train.analysis.LayerPattern;
import io.qkformer.train.analysis.OutputMonitor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The paper's Figure 3 of any network with token attention and any of its test samples, images or clips. */
@Command(name = "attention", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Draws what token attention does with a test image or clip: A_t, K and X' of a head as black and white "
        + "rasters, and A_t over the image, or each frame of the clip, step by step (Figure 3). Without options: of a "
        + "small network that it trains first, in about half a minute.")
public final class AttentionCommand implements Callable<Integer> {

  /** Each step and token. */
  public static final String CSV = "figure3-attention.csv";
  /** A_t, K and X'. */
  public static final String RASTERS = "figure3-rasters.png";
  /** A_t over the image, or over each step's frame. */
  public static final String OVERLAYS = "figure3-overlays.png";

  @Spec
  private CommandSpec spec;

  @Mixin
  private SubjectOptions subjects;

  @Option(names = {"--image", "--clip"}, defaultValue = "0", paramLabel = "INDEX",
      description = "of the test images or clips, from 0 on; default: ${DEFAULT-VALUE}")
  private int index;

  @Option(names = "--stage", defaultValue = "1", paramLabel = "S",
      description = "from 1 on; one with token attention; default: ${DEFAULT-VALUE}")
  private int stage;

  @Option(names = "--block", defaultValue = "1", paramLabel = "B",
      description = "of the stage, from 1 on; default: ${DEFAULT-VALUE}")
  private int block;

  @Option(names = "--head", defaultValue = "1", paramLabel = "H", description = "from 1 on; default: ${DEFAULT-VALUE}")
  private int head;

  @Option(names = "--out", defaultValue = "runs/analyze-attention", paramLabel = "FOLDER",
      description = "for " + CSV + ", " + RASTERS + " and " + OVERLAYS + "; default: ${DEFAULT-VALUE}")
  private Path out;

  @Override
  public Integer call() throws IOException {
    try (Subject subject = subjects.open()) {
      StageConfig config = stage(subject);
      require("--block", block, config.depth());
      require("--head", head, config.heads());
      if (index < 0 || index >= subject.samples().size()) {
        throw new IllegalArgumentException("--" + subject.word().one() + " must be in 0.."
            + (subject.samples().size() - 1) + ", got " + index);
      }
      String prefix = subject.model().config().form().stageName(stage - 1) + "." + (block - 1) + ".";
      OutputMonitor monitor = new OutputMonitor(LayerPattern.of(prefix + "*.attn_lif," + prefix + "*.k_lif," + prefix
          + "*." + LayerObserver.ATTENDED));
      ShownSample sample = subject.shown(index);
      List<String> classes = subject.samples().classNames();
      String predicted = classes.get(subject.predict(index, monitor));
      AttentionView view = new AttentionView(ending(monitor, "attn_lif"), ending(monitor, "k_lif"),
          ending(monitor, LayerObserver.ATTENDED), head - 1);
      String place = String.format(Locale.ROOT, "stage %d, block %d, head %d of %d", stage, block, head, view.heads());
      String title = "Token attention, " + place + ": " + sample.id();
      AnalysisFiles files = AnalysisFiles.in(out);
      files.text(CSV, csv(view));
      files.picture(RASTERS, AttentionPictures.rasters(view, title));
      files.picture(OVERLAYS, AttentionPictures.overlays(view, sample, "A_t, " + place + ": "
          + classes.get(sample.label()) + ", taken for " + predicted));
      PrintWriter text = spec.commandLine().getOut();
      text.printf("%s%n%s (%s, taken for %s): %s, %d tokens, %d steps%n", subject.description(), sample.id(),
          classes.get(sample.label()), predicted, place, view.tokens(), view.steps());
      text.printf("%s, %s and %s are in %s%n", CSV, RASTERS, OVERLAYS, out.toAbsolutePath());
      text.flush();
    }
    return 0;
  }

  private StageConfig stage(Subject subject) {
    List<StageConfig> stages = subject.model().config().stages();
    List<Integer> fitting = IntStream.rangeClosed(1, stages.size())
        .filter(s -> stages.get(s - 1).attention() == AttentionKind.QKTA && stages.get(s - 1).depth() > 0)
        .boxed().toList();
    if (!fitting.contains(stage)) {
      throw new IllegalArgumentException("--stage must be one with token attention, of which this network has "
          + (fitting.isEmpty() ? "none" : fitting) + ", got " + stage);
    }
    return stages.get(stage - 1);
  }

  private static void require(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(option + " must be in 1.." + most + ", got " + value);
    }
  }

  private static LayerOutput ending(OutputMonitor monitor, String ending) {
    return monitor.outputs().stream().filter(output -> output.layer().endsWith("." + ending)).findFirst()
        .orElseThrow(() -> new IllegalStateException("no layer was seen that ends in " + ending));
  }

  private static StringBuilder csv(AttentionView view) {
    StringBuilder csv = new StringBuilder("step,token,row,column,a_t,k_spikes,attended_spikes\n");
    for (int t = 0; t < view.steps(); t++) {
      for (int token = 0; token < view.tokens(); token++) {
        csv.append(String.format(Locale.ROOT, "%d,%d,%d,%d,%d,%d,%d%n", t + 1, token, token / view.width(),
            token % view.width(), view.isAttended(t, token) ? 1 : 0, view.spikes(view.keys(), t, token),
            view.spikes(view.attended(), t, token)));
      }
    }
    return csv;
  }
}
