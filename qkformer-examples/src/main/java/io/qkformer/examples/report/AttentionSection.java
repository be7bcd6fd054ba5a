package io.qkformer.examples.report;

import io.qkformer.attention.AttentionKind;
import io.qkformer.examples.picture.SampleWord;
import io.qkformer.examples.picture.ShownSample;
import io.qkformer.layer.Pass;
import io.qkformer.model.StageConfig;
import io.qkformer.train.analysis.LayerOutput;
import io.qkformer.train.analysis.LayerPattern;
import io.qkformer.train.analysis.OutputMonitor;
import io.qkformer.train.data.Batch;
import io.qkformer.train.data.Epoch;
import io.qkformer.train.data.Image;
import io.qkformer.train.data.SampleSource;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which tokens the heads of token attention let through, over some of the test images, or the frames of clips (Figure 3). */
final class AttentionSection implements ReportSection {

  private static final int SAMPLES = 6;
  private static final int MOST_PIXELS = 160;
  private static final int SHOWN = 96;
  /** What is left of the brightness where no head lets a token through. */
  private static final double DIMMED = 0.2;

  @Override
  public String id() {
    return "attention";
  }

  @Override
  public String title() {
    return "Token attention";
  }

  @Override
  public Optional<String> html(ReportedRun run) throws IOException {
    List<StageConfig> stages = run.model().config().stages();
    List<Integer> fitting = IntStream.range(0, stages.size())
        .filter(s -> stages.get(s).attention() == AttentionKind.QKTA && stages.get(s).depth() > 0).boxed().toList();
    if (fitting.isEmpty()) {
      return Optional.empty();
    }
    OutputMonitor monitor = new OutputMonitor(LayerPattern.of(fitting.stream()
        .map(s -> run.model().config().form().stageName(s) + ".0.*.attn_lif").collect(Collectors.joining(","))));
    List<ShownSample> shown = shown(run);
    try (Epoch epoch = run.someTests(SAMPLES).epoch(0);
        Batch batch = epoch.next();
        Pass pass = Pass.evaluation(run.engine(), run.model().config().timeSteps()).observe(monitor)) {
      run.model().forward(batch.images(), pass);
    }
    StringBuilder html = new StringBuilder("<p>A_t of the first block of each stage with token attention, over test "
        + over(run.word()) + ": the brighter a place, the more of the heads let its token through.</p>\n<div class=\"wide\">"
        + "<table class=\"overlays\"><thead><tr>");
    List<LayerOutput> masks = monitor.outputs();
    boolean moving = shown.get(0).isMoving();
    for (int t = 0; t < shown.get(0).frames().size(); t++) {
      html.append(moving ? "<th>frame " + (t + 1) + "</th>" : "<th>image</th>");
    }
    for (LayerOutput mask : masks) {
      for (int t = 0; t < mask.shape()[0]; t++) {
        html.append("<th>").append(Html.text(mask.layer().substring(0, mask.layer().indexOf('.')))).append(", step ")
            .append(t + 1).append("</th>");
      }
    }
    html.append("</tr></thead><tbody>\n");
    int size = (int) masks.get(0).shape()[1];
    for (int b = 0; b < Math.min(size, shown.size()); b++) {
      html.append("<tr>");
      for (Image frame : shown.get(b).frames()) {
        html.append(cell(run.word().one(), Html.png(frame, MOST_PIXELS)));
      }
      for (LayerOutput mask : masks) {
        for (int t = 0; t < mask.shape()[0]; t++) {
          html.append(cell("attention over the " + run.word().one(), Html.png(overlay(shown.get(b).at(t), mask, t, b))));
        }
      }
      html.append("</tr>\n");
    }
    return Optional.of(html.append("</tbody></table></div>\n").toString());
  }

  /** As the network is shown them, before normalisation. */
  private static List<ShownSample> shown(ReportedRun run) throws IOException {
    SampleSource subset = run.someSamples(SAMPLES);
    List<ShownSample> shown = new ArrayList<>();
    for (int i = 0; i < subset.size(); i++) {
      shown.add(ShownSample.evaluated(subset, i, run.recipe().input()));
    }
    return shown;
  }

  private static String over(SampleWord word) {
    return switch (word) {
      case IMAGE -> "images";
      case CLIP -> "clips, each step over its own frame";
    };
  }

  private static String cell(String alt, byte[] png) {
    return "<td><img width=\"" + SHOWN + "\" height=\"" + SHOWN + "\" alt=\"" + alt + "\" src=\"" + Html.dataUri(png)
        + "\"></td>";
  }

  private static BufferedImage overlay(Image image, LayerOutput mask, int step, int sample) {
    int height = (int) mask.shape()[2];
    int width = (int) mask.shape()[3];
    int heads = (int) mask.shape()[4];
    BufferedImage picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        double through = 0;
        for (int h = 0; h < heads; h++) {
          through += mask.at(step, sample, y * height / image.height(), x * width / image.width(), h) != 0 ? 1 : 0;
        }
        double factor = DIMMED + (1 - DIMMED) * through / heads;
        picture.setRGB(x, y, (int) (factor * image.value(x, y, 0)) << 16 | (int) (factor * image.value(x, y, 1)) << 8
            | (int) (factor * image.value(x, y, 2)));
      }
    }
    return picture;
  }
}
